"""Routes that take or give files: import, export, reports; and the list of batches."""

import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from xrm_lake.server.answers import answer
from xrm_lake.server.asking import Limit
from xrm_lake.server.import_route import ImportRoute
from xrm_lake.server.jobs import Jobs
from xrm_lake.server.uploads import keep_upload
from xrm_lake.store.lake import Lake
from xrm_lake.store.ledger import list_batches
from xrm_lake.verbs import resolve

_PAGE_OPTIONS = ("as", "as_of")


def file_routes(lake: Lake, jobs: Jobs) -> APIRouter:
    """The routes `/import`, `/add_type_from_file`, `/export/{type}`, `/reports/{name}` and `/batches`."""
    router = APIRouter(tags=["Files and reports"])
    router.post("/import", summary="Take in files: tables, workbooks, JSON, archives; every row is counted")(
        ImportRoute(lake, jobs).import_files
    )
    _add_type_from_file(router, lake)
    _add_export(router, lake)
    _add_reports(router, lake)

    @router.get("/batches", summary="What happened to the lake, newest first")
    def batches(limit: Limit = 50) -> Response:
        return answer(list_batches(lake, limit=limit))

    return router


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
