"""The route `/read`: what is in an uploaded file. The lake is not read and not written."""

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import Response

from xrm_lake.server.answers import answer
from xrm_lake.server.uploads import keep_upload
from xrm_lake.store.lake import Lake
from xrm_lake.verbs import resolve


def read_route(lake: Lake) -> APIRouter:
    """The route, with a folder of its own for each upload that is gone when the answer is given."""
    router = APIRouter(tags=["Files and reports"])

    @router.post("/read", summary="What is in a file: each table as text, with its account")
    def read(
        *,
        file: Annotated[UploadFile, File(description="A table, a workbook, JSON, Parquet, SQLite, .gz or .zip")],
        sheet: Annotated[str | None, Form(description="One table of several, by name or number")] = None,
    ) -> Response:
        with tempfile.TemporaryDirectory(prefix="upload-", dir=lake.path / "tmp", ignore_cleanup_errors=True) as folder:
            kept = keep_upload(file, Path(folder), 1)
            return answer(resolve("read")(kept, sheet=sheet))

    return router
