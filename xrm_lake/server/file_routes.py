"""Routes that take or give files: import, export, reports; and the list of batches."""

import json
import os
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from xrm_lake.errors import InvalidValue, Misuse
from xrm_lake.ingest.terms import Empty, Lists
from xrm_lake.server.answers import answer
from xrm_lake.server.asking import Limit
from xrm_lake.server.jobs import Jobs
from xrm_lake.store.lake import Lake
from xrm_lake.store.ledger import list_batches
from xrm_lake.verbs import resolve

# Of most file systems.
_LONGEST_NAME = 255
_PAGE_OPTIONS = ("as", "as_of")


def file_routes(lake: Lake, jobs: Jobs) -> APIRouter:
    """The routes `/import`, `/add_type_from_file`, `/export/{type}`, `/reports/{name}` and `/batches`."""
    router = APIRouter(tags=["Files and reports"])
    _add_import(router, lake, jobs)
    _add_type_from_file(router, lake)
    _add_export(router, lake)
    _add_reports(router, lake)

    @router.get("/batches", summary="What happened to the lake, newest first")
    def batches(limit: Limit = 50) -> Response:
        return answer(list_batches(lake, limit=limit))

    return router


def _add_import(router: APIRouter, lake: Lake, jobs: Jobs) -> None:
    @router.post("/import", summary="Take in files: CSV or XLSX; every row is counted")
    def import_files(
        *,
        files: Annotated[list[UploadFile], File()],
        type: Annotated[str | None, Form()] = None,
        preset: Annotated[str | None, Form()] = None,
        source: Annotated[str | None, Form()] = None,
        key: Annotated[list[str] | None, Form(description="Fields that tell records apart")] = None,
        mapping: Annotated[str | None, Form(description='JSON: {"Header": "field"}')] = None,
        sheet: Annotated[str | None, Form()] = None,
        empty: Annotated[Empty, Form(description="What an empty cell does to a value that is there")] = "keep",
        lists: Annotated[Lists, Form(description="What several values do to those that are there")] = "replace",
        dry_run: Annotated[bool, Form(description="Keep nothing, only count")] = False,
        rows: Annotated[
            bool | None, Form(description="What became of each row and cell; by default of a dry run")
        ] = None,
        background: Annotated[bool, Form(description="Answer at once with a job_id")] = False,
    ) -> Response:
        given: dict[str, Any] = {
            "type": type,
            "preset": _no_file(preset),
            "source": source,
            "sheet": sheet,
            "dry_run": dry_run,
            "empty": empty,
            "lists": lists,
            "rows": rows,
        }
        given |= {"key": tuple(key or ()), "mapping": told_mapping(mapping, name="mapping", to="field")}
        folder = Path(tempfile.mkdtemp(prefix="upload-", dir=lake.path / "tmp"))

        def clear() -> None:
            shutil.rmtree(folder, ignore_errors=True)

        try:
            given["paths"] = [keep_upload(upload, folder, place) for place, upload in enumerate(files, 1)]
            if background:
                return answer({"job_id": jobs.start("import", given, afterwards=clear)}, 202)
            done = answer(resolve("import")(lake, given.pop("paths"), **given))
        except BaseException:
            clear()
            raise
        clear()
        return done


def _add_type_from_file(router: APIRouter, lake: Lake) -> None:
    @router.post("/add_type_from_file", summary="Make a type of a file's columns; answers its name")
    def add_type_from_file(
        *,
        file: Annotated[UploadFile, File()],
        name: Annotated[str, Form(description="What the type is called; by default as the file")] = "",
        sheet: Annotated[str | None, Form()] = None,
    ) -> Response:
        with tempfile.TemporaryDirectory(prefix="upload-", dir=lake.path / "tmp", ignore_cleanup_errors=True) as folder:
            kept = keep_upload(file, Path(folder), 1)
            return answer(resolve("add_type_from_file")(lake, kept, name, sheet=sheet))


def _no_file(preset: str | None) -> str | None:
    """A preset by its name; over the network no file of this machine is read."""
    if preset and preset.casefold().endswith(".toml"):
        raise Misuse("A preset's file is not read over REST. Put it into the folder presets of the lake, and name it.")
    return preset


def keep_upload(upload: UploadFile, folder: Path, place: int) -> Path:
    """Write an uploaded file to disk, under the last part of its name, in a folder of its own."""
    name = (upload.filename or "").replace("\\", "/").rpartition("/")[2]
    if len(os.fsencode(name)) > _LONGEST_NAME:
        raise InvalidValue(
            f"File {place} has a name of more than {_LONGEST_NAME} bytes. Nothing was changed. Shorten it."
        )
    own = folder / str(place)
    own.mkdir()
    file = own / (name if name not in ("", ".", "..") and "\0" not in name else "upload")
    with file.open("wb") as target:
        shutil.copyfileobj(upload.file, target, 1 << 20)
    return file


def told_mapping(text: str | None, *, name: str, to: str) -> dict[str, str] | None:
    """A form's field that holds headers and what is told of them, as a JSON object; None if it is empty."""
    if not text:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InvalidValue(f'{name} must be a JSON object such as {{"Header": "{to}"}}. Nothing was changed.')
    return {str(header): str(field) for header, field in found.items()}


def _add_export(router: APIRouter, lake: Lake) -> None:
    @router.get("/export/{type}", summary="A type's records as a file")
    def export(type: str, request: Request, where: str | None = None) -> Response:
        chosen = request.query_params.get("as", "csv")
        lake.catalog.type(type)
        folder = Path(tempfile.mkdtemp(prefix="export-", dir=lake.path / "tmp"))
        clear = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
        try:
            file = folder / f"{type}.{Path(chosen).name}"
            resolve("export")(lake, type, out=file, format=chosen, where=where)
            return FileResponse(file, filename=file.name, background=clear)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def _add_reports(router: APIRouter, lake: Lake) -> None:
    @router.get("/reports/{name}", summary="A report; `as` is html, json, md, xlsx or text")
    def report(name: str, request: Request, as_of: date | None = None) -> Response:
        from xrm_lake.reports.render import FORMATS, render

        chosen = request.query_params.get("as", "json")
        options = {key: value for key, value in request.query_params.items() if key not in _PAGE_OPTIONS}
        page = resolve("report")(lake, name, as_of=as_of, **options)
        content = render(page, chosen)
        media_type = next(each.media_type for each in FORMATS if each.name == chosen)
        return Response(content, media_type=media_type)
