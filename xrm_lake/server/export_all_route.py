"""The route that gives a whole lake as one archive of files."""

import shutil
import tempfile
import zipfile
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from xrm_lake.store.lake import Lake
from xrm_lake.verbs import resolve


class WholeRequest(BaseModel):
    """In which form."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    format: str = Field(default="csv", alias="as", description="csv, xlsx, parquet, json or jsonl")


def export_all_route(lake: Lake) -> APIRouter:
    """The route `/export_all`."""
    router = APIRouter(tags=["Files and reports"])

    @router.post(
        "/export_all", summary="The whole lake as an archive (zip): a file for each type and link, and the model"
    )
    def export_all(body: WholeRequest | None = None) -> Response:
        folder = Path(tempfile.mkdtemp(prefix="export-", dir=lake.path / "tmp"))
        clear = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
        try:
            resolve("export_all")(lake, out=folder / "lake", format=(body or WholeRequest()).format)
            archive = folder / "lake.zip"
            with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
                for file in sorted((folder / "lake").rglob("*")):
                    opened.write(file, file.relative_to(folder / "lake"))
            return FileResponse(archive, filename=archive.name, background=clear)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    return router
