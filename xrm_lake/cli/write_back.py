"""What `xrm export --fixes` prints: the files, and what to do with them."""

from typing import TYPE_CHECKING, Any

from xrm_lake.cli import output
from xrm_lake.cli.door import Door

if TYPE_CHECKING:
    from xrm_lake.model.results import Fixes


def show_fixes(door: Door, options: dict[str, Any]) -> None:
    """Write the files and print which there are."""
    result: Fixes = door.call("export_fixes", **options)
    if door.format == "json":
        output.show_json(result)
    else:
        door.show(result.files)
    if result.files.is_empty():
        door.say("There is nothing to write back.")
        return
    door.say(
        f"{output.counted(result.rows('merges'), 'merge', 'merges')} and"
        f" {output.counted(result.cells, 'changed cell', 'changed cells')} for {result.folder}. Merge there first, then import the updates."
    )
    for note, cells in result.not_written.iter_rows():
        door.say(f"{output.counted(cells, 'cell', 'cells')} not written ({note}): see the files of old values.")
