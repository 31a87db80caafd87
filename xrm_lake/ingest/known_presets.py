"""Which presets there are: those that come with xrm_lake, and those of one's own in the folder `presets` of the lake."""

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from xrm_lake.errors import UnknownName
from xrm_lake.ingest.preset import Role
from xrm_lake.ingest.preset_file import read_preset

FOLDER = "presets"
NONE = "none"
_FILE = ".toml"


@cache
def built_in() -> tuple[Role, ...]:
    """The roles of the presets that come with xrm_lake; their folder is the registry."""
    folder = files("xrm_lake.ingest") / "presets"
    found = [item for item in sorted(folder.iterdir(), key=lambda entry: entry.name) if item.name.endswith(".toml")]
    return tuple(role for item in found for role in read_preset(item))


def known_presets(lake: Path | None = None) -> tuple[Role, ...]:
    """
    All roles: the built-in ones, and those of the `*.toml` in the folder `presets` of the lake in that folder.

    A file there takes the place of the built-in preset of its name. Raises InvalidDeclaration if one cannot be.
    """
    folder = lake / FOLDER if lake else None
    own = sorted(folder.glob("*.toml")) if folder and folder.is_dir() else []
    return _over(built_in(), [role for file in own for role in read_preset(file, own=True)])


def chosen_roles(preset: str | None, roles: Sequence[Role] | None = None) -> tuple[Sequence[Role], bool]:
    """
    The roles to try on a file, and whether one of them was told, so that it needs no signal.

    `preset` is a system, `system/role`, the path of a preset's file or `none`; None tries all `roles` (the built-in ones, if
    none are given). Raises UnknownName if there is no such preset, InvalidDeclaration if its file cannot be.
    """
    known = built_in() if roles is None else roles
    if preset is None:
        return known, False
    if preset.casefold() == NONE:
        return (), False
    if preset.casefold().endswith(_FILE):
        found = read_preset(Path(preset).expanduser(), own=True)
        return found, len(found) == 1
    return named_roles(preset, known), "/" in preset


def named_roles(preset: str, roles: Sequence[Role]) -> list[Role]:
    """The roles of a system, or the one of `system/role`, in any case. Raises UnknownName."""
    wanted = preset.casefold()
    found = [role for role in roles if wanted in (role.system, role.full_name.casefold())]
    if not found:
        known = {role.system for role in roles} | {role.full_name for role in roles if "/" in preset}
        raise UnknownName("preset", preset, known)
    return found


def _over(below: Iterable[Role], own: Sequence[Role]) -> tuple[Role, ...]:
    taken = {role.system for role in own}
    return (*own, *(role for role in below if role.system not in taken))
