"""The route `/compare`: an uploaded file held against the lake. The lake is not written."""

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import Response

from xrm_lake.server.answers import answer
from xrm_lake.server.uploads import keep_upload
from xrm_lake.store.lake import Lake
from xrm_lake.verbs import resolve


def compare_route(lake: Lake) -> APIRouter:
    """The route, with a folder of its own for each upload that is gone when the answer is given."""
    router = APIRouter(tags=["Files and reports"])

    @router.post(
        "/compare", summary="A file against the lake, before it comes in: only there, only here, conflicting, newer"
    )
    def compare(
        *,
        file: Annotated[UploadFile, File(description="A table, a workbook, JSON, Parquet")],
        type: Annotated[str | None, Form(description="What its rows are; by default, what they look like")] = None,
        source: Annotated[str | None, Form(description="Where it comes from; by default the name of the file")] = None,
        key: Annotated[
            list[str] | None, Form(description="The fields by which a record is found; several: repeat it")
        ] = None,
        sheet: Annotated[str | None, Form(description="One table of several, by name or number")] = None,
    ) -> Response:
        with tempfile.TemporaryDirectory(prefix="upload-", dir=lake.path / "tmp", ignore_cleanup_errors=True) as folder:
            kept = keep_upload(file, Path(folder), 1)
            found = resolve("compare")(lake, kept, type=type, source=source, key=tuple(key or ()), sheet=sheet)
            return answer(found)

    return router
