"""What is known of the exports of other systems: the presets there are, and what one of them makes of its columns."""

from dataclasses import replace

import polars as pl

from xrm_lake.errors import Misuse
from xrm_lake.ingest.known_presets import known_presets, named_roles
from xrm_lake.ingest.mapping.from_preset import plan_header
from xrm_lake.ingest.mapping.header import plain
from xrm_lake.ingest.outcome import becomes
from xrm_lake.ingest.preset import ANY, Role
from xrm_lake.store.lake import Lake

PRESETS = pl.Schema(
    {
        "preset": pl.String(), "system": pl.String(), "holds": pl.String(), "needs": pl.String(), "columns": pl.Int64(),
        "own": pl.Boolean(),
    }
)  # fmt: skip
COLUMNS = pl.Schema(
    {
        "header": pl.String(), "becomes": pl.String(), "evidence": pl.String(), "needed": pl.Boolean(),
        "reason": pl.String(),
    }
)  # fmt: skip


def list_presets(lake: Lake) -> pl.DataFrame:
    """
    The kinds of file that are recognised by their headers, by system.

    Returns preset (as `--preset` takes it), system, holds (the type or link type of its rows; `any`: the columns tell; several, if
    a column tells them apart; empty, if they cannot be taken in), needs (headers that must be there, `a | b`: one of them), columns
    (how many it knows), own (whether it comes from the lake's folder `presets`).

    Raises InvalidDeclaration if a preset of the lake's own cannot be.
    """
    rows = [
        (role.full_name, role.label, _holds(role), _needs(role), len(role.columns), bool(role.origin))
        for role in known_presets(lake.path)
    ]
    return pl.DataFrame(rows, schema=PRESETS, orient="row")


def show_preset(lake: Lake, name: str) -> pl.DataFrame:
    """
    What becomes of each column of one kind of file, told as `system/role`, or as the system if it has one.

    Returns header, becomes, evidence (A the exporter's own source or documentation, B two independent readers of real exports, C one,
    K not confirmed: never used to recognise a file), needed, reason (why a column is only kept, such as a field that this lake
    does not have). Columns stand best evidence first; of several of one field the first that is filled counts.

    Raises UnknownName if there is no such preset, Misuse if it knows several kinds of file, InvalidDeclaration if a preset
    of the lake's own cannot be.
    """
    roles = named_roles(name, known_presets(lake.path))
    if len(roles) > 1:
        listed = ", ".join(role.full_name for role in roles)
        raise Misuse(f"{roles[0].label} has {len(roles)} kinds of file. Name one of them: {listed}.")
    role = roles[0]
    needed = {plain(header) for choice in role.needs for header in choice}
    parts = role.split.roles.values() if role.split else [role]
    seen: dict[str, tuple[str, str, str, bool, str]] = {}
    for part in parts:
        for column in part.columns:
            plan = plan_header(column, replace(part, type="") if part.type == ANY else part, lake.catalog)
            said = f"{becomes(plan)} of {part.type}" if role.split and plan.to == "field" else becomes(plan)
            before = seen.get(column.header)
            told = (
                f"{before[1]}, {said}"
                if before and said not in before[1].split(", ")
                else before[1]
                if before
                else said
            )
            seen[column.header] = (column.header, told, column.evidence, plain(column.header) in needed, plan.reason)
    return pl.DataFrame(list(seen.values()), schema=COLUMNS, orient="row")


def _holds(role: Role) -> str:
    if role.split:
        return ", ".join(dict.fromkeys(each.type for each in role.split.roles.values()))
    return role.type or role.link_type


def _needs(role: Role) -> str:
    return ", ".join(" | ".join(choice) for choice in role.needs)
