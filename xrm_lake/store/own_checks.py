"""People's own checks: added, listed, changed and retired while the lake is in use. Writes `own_check`."""

import json
from dataclasses import asdict, replace
from typing import Any

import polars as pl

from xrm_lake.errors import InvalidDeclaration, UnknownName
from xrm_lake.model.comparison import Comparison
from xrm_lake.model.condition_sql import condition_sql
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.own_check import BUILT_IN, OwnCheck, declared, write_check
from xrm_lake.store.condition import refuse_condition
from xrm_lake.store.declarable import refuse_taken
from xrm_lake.store.lake import Lake
from xrm_lake.store.settings import Reader
from xrm_lake.store.try_check import refuse_broken_examples, try_check
from xrm_lake.store.write import Batch

OWN_CHECKS = pl.Schema(
    {name: pl.String() for name in ("name", "type", "severity", "problem", "field", "message", "condition", "owner", "meaning")}
    | {"examples": pl.Int64(), "retired": pl.Boolean()}
)  # fmt: skip

_TEXTS = ("name", "type", "message", "condition", "severity", "problem", "field", "owner", "meaning")


def add_check(lake: Lake, check: OwnCheck, *, by: str | None = None) -> int:
    """
    Add a check of one's own, which the next run of checks takes part in; gives the batch.

    Its examples are run, and it is tried on all records first. Raises InvalidDeclaration if its name is taken or an example turns out
    otherwise, InvalidQuery if its condition is not one boolean expression over the fields of its type, or takes too long.
    """
    made = _made(lake, check)
    if made.name in BUILT_IN or made.name.startswith("no_"):
        raise InvalidDeclaration(
            f"A check named {made.name!r} comes with the house. Nothing was changed. Choose another name."
        )
    _prove(lake, made)
    with lake.write("model", by=by) as batch:
        refuse_taken("check", [made.name], [item.name for item in own_checks(batch)])
        _write(batch, made, None)
        return batch.id


def change_check(lake: Lake, name: str, *, by: str | None = None, **settings: object) -> int:
    """
    Change what a check of one's own says of itself (condition, message, severity, owner, examples …); gives the batch.

    It is proved anew as in `add_check`. A condition that is given takes the place of the form.
    """
    known = own_check(lake, name)
    unknown = (set(settings) - set(vars(known))) | ({"name", "type"} & set(settings))
    if unknown:
        raise InvalidDeclaration(f"{', '.join(sorted(unknown))} of a check cannot be set. Nothing was changed.")
    given = {word: tuple(value) if isinstance(value, list) else value for word, value in settings.items()}
    if "condition" in given:
        given.setdefault("form", ())
    elif "form" in given:
        given["condition"] = ""
    changed = _made(lake, replace(known, **given))  # type: ignore[arg-type]
    if set(given) - {"retired"}:
        _prove(lake, changed)
    with lake.write("model", by=by) as batch:
        _write(batch, changed, own_check(batch, name))
        return batch.id


def retire_check(lake: Lake, name: str, *, retired: bool = True, by: str | None = None) -> int:
    """Take a check of one's own out of use, or bring it back; gives the batch. Its issues go with the next run of checks."""
    return change_check(lake, name, by=by, retired=retired)


def list_checks(lake: Lake, type: str | None = None) -> pl.DataFrame:
    """The checks of one's own, retired ones too, by type and name: frame OWN_CHECKS; `examples` says how many it has."""
    if type is not None:
        lake.catalog.type(type)
    rows = [
        {word: getattr(item, word) for word in OWN_CHECKS.names() if word != "examples"}
        | {"examples": len(item.passes) + len(item.fails)}
        for item in own_checks(lake)
        if type in (None, item.type)
    ]
    return pl.DataFrame(rows, schema=OWN_CHECKS)


def check_text(lake: Lake, name: str) -> str:
    """A check of one's own as the text of a file, ready to be changed and added again. Raises UnknownName."""
    return write_check(own_check(lake, name))


def own_check(reader: Reader, name: str) -> OwnCheck:
    """The check of one's own of that name. Raises UnknownName."""
    known = {item.name: item for item in own_checks(reader)}
    if name not in known:
        raise UnknownName("check of your own", name, known)
    return known[name]


def own_checks(reader: Reader) -> list[OwnCheck]:
    """All checks of one's own, by type and name."""
    return [_read(row) for row in reader.query("from own_check order by type, name").dicts()]


def _made(lake: Lake, check: OwnCheck) -> OwnCheck:
    """The check with the condition of its form, as far as it can be told without looking at a record."""
    found = declared(replace(check, form=tuple(_comparison(item) for item in check.form)))
    entity_type = lake.catalog.type(found.type)
    if found.form and not found.condition:
        found = replace(found, condition=condition_sql(entity_type, found.form, any_of=found.any_of))
    _refuse_field(entity_type, found)
    return found


def _comparison(item: Comparison | dict[str, str]) -> Comparison:
    try:
        return Comparison(**item) if isinstance(item, dict) else replace(item)
    except TypeError as problem:
        raise InvalidDeclaration(
            "A form holds comparisons: field, compares, value, other. Nothing was changed."
        ) from problem


def _refuse_field(entity_type: EntityType, check: OwnCheck) -> None:
    names = [item.name for item in entity_type.fields]
    if check.field and check.field not in names:
        raise UnknownName(f"field of {entity_type.name}", check.field, names)


def _prove(lake: Lake, check: OwnCheck) -> None:
    refuse_condition(lake, lake.catalog.type(check.type), check.condition)
    refuse_broken_examples(lake, check)
    try_check(lake, check, limit=0)


def _write(batch: Batch, check: OwnCheck, before: OwnCheck | None) -> None:
    batch.totals["note"] = f"check {check.name}"
    told = {word: value for word, value in asdict(check).items() if word not in ("form", "any_of", "passes", "fails")}
    form = {"any_of": check.any_of, "comparisons": [asdict(item) for item in check.form]} if check.form else None
    lists = {"form": form, "passes": check.passes, "fails": check.fails}
    row = told | {word: json.dumps(value, default=str) for word, value in lists.items() if value}
    batch.execute("delete from own_check where name = $name", name=check.name)
    columns = ("form", "passes", "fails")
    frame = pl.DataFrame([dict.fromkeys(columns) | row], schema_overrides=dict.fromkeys(columns, pl.String))
    batch.append("own_check", frame.with_columns(batch_id=pl.lit(batch.id, pl.Int64)))
    batch.log([(check.type, 0, "check", check.name, _told(before), _told(check))])


def _told(check: OwnCheck | None) -> str | None:
    return (
        None
        if check is None
        else json.dumps({"condition": check.condition, "severity": check.severity, "retired": check.retired})
    )


def _read(row: dict[str, Any]) -> OwnCheck:
    form: dict[str, Any] = json.loads(row["form"]) if row["form"] else {"any_of": False, "comparisons": []}
    given: dict[str, Any] = {word: row[word] or "" for word in _TEXTS}
    return OwnCheck(
        **given,
        form=tuple(_comparison(item) for item in form["comparisons"]),
        any_of=form["any_of"],
        passes=tuple(json.loads(row["passes"] or "[]")),
        fails=tuple(json.loads(row["fails"] or "[]")),
        retired=row["retired"],
    )
