"""The route `/dedupe`: which rows of an uploaded file are one. The lake is not read and not written."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import Response
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from xrm_lake.errors import UnknownName
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.server.answers import answer
from xrm_lake.server.jobs import Jobs
from xrm_lake.server.uploads import keep_upload, told_mapping
from xrm_lake.store.lake import Lake
from xrm_lake.verbs import resolve

_FORMATS = ("json", "csv", "xlsx", "parquet")


def dedupe_route(lake: Lake, jobs: Jobs) -> APIRouter:
    """The route, with a folder of its own for each upload that is gone when the answer is given."""
    router = APIRouter(tags=["Files and reports"])

    @router.post("/dedupe", summary="Find which rows of a file are one, without a lake")
    def dedupe(
        *,
        file: Annotated[UploadFile, File(description="CSV, XLSX or Parquet")],
        kinds: Annotated[str | None, Form(description='JSON: {"Header": "kind"}; without it they are guessed')] = None,
        guess_rest: Annotated[bool, Form(description="Guess the kinds of columns that `kinds` does not name")] = False,
        at_least: Annotated[float | None, Form(description="The probability from which a pair counts")] = None,
        sheet: Annotated[str | None, Form()] = None,
        format: Annotated[
            str, Form(alias="as", description="json: all that was found; csv, xlsx, parquet: the rows")
        ] = "json",
        background: Annotated[bool, Form(description="Answer at once with a job_id")] = False,
    ) -> Response:
        if format not in _FORMATS:
            raise UnknownName("format", format, _FORMATS)
        told = told_mapping(kinds, name="kinds", to="kind")
        folder = Path(tempfile.mkdtemp(prefix="upload-", dir=lake.path / "tmp"))

        def clear() -> None:
            shutil.rmtree(folder, ignore_errors=True)

        try:
            kept = keep_upload(file, folder, 1)
            run = _run(kept, kinds=told, guess_rest=guess_rest, at_least=at_least, sheet=sheet)
            if background:
                return answer({"job_id": jobs.start("dedupe", {}, function=run, afterwards=clear)}, 202)
            found = run(lake)
            if format != "json":
                return _rows_as_file(found.rows, folder / f"deduped.{format}", clear)
            done = answer(found)
        except BaseException:
            clear()
            raise
        clear()
        return done

    return router


def _run(file: Path, **given: Any) -> Callable[..., Any]:
    """The verb on a file, to be called as jobs call one; it leaves the lake alone."""

    def run(_lake: Lake, *, progress: Progress = quiet) -> Any:
        return resolve("dedupe")(file, **given, progress=progress)

    return run


def _rows_as_file(rows: Any, target: Path, clear: Callable[[], None]) -> FileResponse:
    from xrm_lake.lakeless.write import write

    write(rows, target)
    return FileResponse(target, filename=target.name, background=BackgroundTask(clear))
