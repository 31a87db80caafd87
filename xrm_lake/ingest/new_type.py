"""A type made from a file: a field for each of its columns, of the kind that its values are."""

from pathlib import Path

from xrm_lake.errors import Misuse
from xrm_lake.ingest.read import read_files
from xrm_lake.ingest.recognise import propose_type
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.store.lake import Lake
from xrm_lake.store.model import add_type


def add_type_from_file(
    lake: Lake,
    path: str | Path,
    name: str = "",
    *,
    sheet: str | int | None = None,
    by: str | None = None,
    progress: Progress = quiet,
) -> str:
    """
    Add a type whose fields are the columns of a file; gives its name, which `import_files` takes as `type`.

    `name` may be any label; by default the file's name. Raises ImportRefused if the file is no table, Misuse if a
    workbook has several sheets and none is named, InvalidDeclaration if there is such a type already.
    """
    deliveries = read_files([path], lake.landing, sheet=sheet, progress=progress)
    if len(deliveries) != 1:
        raise Misuse(f"{Path(path).name} has {len(deliveries)} tables. Name the one to make a type of with --sheet.")
    proposed = propose_type(deliveries[0], name)
    add_type(lake, proposed, by=by)
    return proposed.name
