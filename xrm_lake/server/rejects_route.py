"""The route that gives the rejects of an import as a file to be mended."""

import tempfile
from pathlib import Path
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from xrm_lake.store.lake import Lake
from xrm_lake.verbs import resolve


class RejectsRequest(BaseModel):
    """Of which import, and as what file."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    batch_id: int
    format: Literal["csv", "xlsx"] = Field(default="csv", alias="as")


def rejects_route(lake: Lake) -> APIRouter:
    """The route `/export_rejects`."""
    router = APIRouter(tags=["Files and reports"])

    @router.post("/export_rejects", summary="Rejects as a file (csv, xlsx) to be mended and imported again")
    def export_rejects(body: RejectsRequest) -> Response:
        with tempfile.TemporaryDirectory(prefix="mend-", dir=lake.path / "tmp", ignore_cleanup_errors=True) as folder:
            out = Path(folder) / f"rejects-{body.batch_id}.{body.format}"
            resolve("export_rejects")(lake, body.batch_id, out)
            headers = {"Content-Disposition": f'attachment; filename="{out.name}"'}
            return Response(out.read_bytes(), media_type="application/octet-stream", headers=headers)

    return router
