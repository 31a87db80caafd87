"""The route `/import`: files with a form that says how to take them in."""

import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import File, Form, UploadFile
from fastapi.responses import Response

from xrm_lake.errors import Misuse
from xrm_lake.ingest.terms import Empty, Lists
from xrm_lake.server.answers import answer
from xrm_lake.server.jobs import Jobs
from xrm_lake.server.uploads import keep_upload, told_mapping, told_values
from xrm_lake.store.lake import Lake
from xrm_lake.verbs import resolve


class ImportRoute:
    """Takes uploads in, at once or in the background."""

    def __init__(self, lake: Lake, jobs: Jobs) -> None:
        self._lake, self._jobs = lake, jobs

    def import_files(
        self,
        *,
        files: Annotated[list[UploadFile], File()],
        type: Annotated[str | None, Form()] = None,
        preset: Annotated[str | None, Form()] = None,
        source: Annotated[str | None, Form()] = None,
        key: Annotated[list[str] | None, Form(description="Fields that tell records apart")] = None,
        mapping: Annotated[str | None, Form(description='JSON: {"Header": "field"}')] = None,
        sheet: Annotated[str | None, Form()] = None,
        values: Annotated[
            str | None, Form(description='JSON: {"field": {"text in the file": "what it means"}}')
        ] = None,
        empty: Annotated[Empty, Form(description="What an empty cell does to a value that is there")] = "keep",
        lists: Annotated[Lists, Form(description="What several values do to those that are there")] = "replace",
        only: Annotated[
            str,
            Form(description="Only these records of the file, such as 3,7-12; of several files contacts.csv:3,7-12"),
        ] = "",
        skip: Annotated[str, Form(description="All but these")] = "",
        only_new: Annotated[bool, Form(description="Change nothing that is there")] = False,
        dry_run: Annotated[bool, Form(description="Keep nothing, only count")] = False,
        rows: Annotated[
            bool | None, Form(description="What became of each row and cell; by default of a dry run")
        ] = None,
        background: Annotated[bool, Form(description="Answer at once with a job_id")] = False,
    ) -> Response:
        """What became of each file; with `background`, the job that does it."""
        given: dict[str, Any] = {
            "type": type, "preset": _no_file(preset), "source": source, "sheet": sheet, "key": tuple(key or ()), "empty": empty, "lists": lists,
            "mapping": told_mapping(mapping, name="mapping", to="field"), "values": told_values(values),
            "only": only, "skip": skip, "only_new": only_new, "dry_run": dry_run, "rows": rows,
        }  # fmt: skip
        folder = Path(tempfile.mkdtemp(prefix="upload-", dir=self._lake.path / "tmp"))

        def clear() -> None:
            shutil.rmtree(folder, ignore_errors=True)

        try:
            given["paths"] = [keep_upload(upload, folder, place) for place, upload in enumerate(files, 1)]
            if background:
                return answer({"job_id": self._jobs.start("import", given, afterwards=clear)}, 202)
            done = answer(resolve("import")(self._lake, given.pop("paths"), **given))
        except BaseException:
            clear()
            raise
        clear()
        return done


def _no_file(preset: str | None) -> str | None:
    """A preset by its name; over the network no file of this machine is read."""
    if preset and preset.casefold().endswith(".toml"):
        raise Misuse("A preset's file is not read over REST. Put it into the folder presets of the lake, and name it.")
    return preset
