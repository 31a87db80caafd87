"""The route that gives what was merged and mended as one archive of files for a source system."""

import io
import tempfile
import zipfile
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from xrm_lake.store.lake import Lake
from xrm_lake.verbs import resolve


class FixesRequest(BaseModel):
    """For which system, and of which source if it is called otherwise."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    target: str = Field(default="csv", alias="for", description="A system that there is a preset of, or csv")
    source: str | None = None


def write_back_route(lake: Lake) -> APIRouter:
    """The route `/export_fixes`."""
    router = APIRouter(tags=["Files and reports"])

    @router.post("/export_fixes", summary="Merges and corrections as an archive (zip) of CSV files for a source system")
    def export_fixes(body: FixesRequest | None = None) -> Response:
        asked = body or FixesRequest()
        with tempfile.TemporaryDirectory(prefix="fixes-", dir=lake.path / "tmp", ignore_cleanup_errors=True) as folder:
            resolve("export_fixes")(lake, out=folder, target=asked.target, source=asked.source)
            name = f"fixes-{Path(asked.target).name}.zip"
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            return Response(_archive(Path(folder)), media_type="application/zip", headers=headers)

    return router


def _archive(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
    return content.getvalue()
