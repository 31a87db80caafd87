"""Records alike: those that agree exactly in what tells a record by itself, found without anything learned before."""

import re
from collections.abc import Callable

import polars as pl

from xrm_lake.hygiene.matching.meanings import roles
from xrm_lake.hygiene.seen import what_tells
from xrm_lake.hygiene.subject import Subject
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.model.placeholders import is_placeholder
from xrm_lake.store.lake import Lake
from xrm_lake.store.texts import text_of
from xrm_lake.store.views import caption_sql, table_of

ALIKE = pl.Schema(
    {
        "id": pl.Int64(),
        "score": pl.Float64(),
        "reason": pl.String(),
        "evidence": pl.String(),
        "live_": pl.Boolean(),
        "caption_": pl.String(),
    }
)
# Four spellings of a name are looked for: as it stands, small, capital, and capitalised; folding a million texts would take long.
_SPELLINGS: tuple[Callable[[str], str], ...] = (str, str.lower, str.upper, str.title)
_ONE_SPELLING = ("email", "phone", "id")
_ALONE = ("email", "phone", "id", "person_full_name", "company_name")


def records_alike(lake: Lake, asked: Subject, *, limit: int) -> pl.DataFrame:
    """
    The live records that have the e-mail, a phone, an identifier or the name of this one, most agreements first.

    Returns id, score (null), reason, evidence (no weights), live_ (true) and caption_. The name of a person is the whole
    name, or first and last name together.
    """
    agreeing = _conditions(asked.entity_type, asked.texts)
    if not agreeing:
        return pl.DataFrame(schema=ALIKE)
    own = ", ".join(str(id) for id in asked.own) or "null"
    points = " + ".join(f"coalesce(({condition})::integer, 0)" for condition in agreeing.values())
    shown = "".join(f", ({condition}) as {quoted(label)}" for label, condition in agreeing.items())
    found = lake.query(
        f"""
        select r.id, {caption_sql(asked.entity_type, "r")} as caption_{shown}
        from {table_of(asked.entity_type.name)} r
        where r.live and ({" or ".join(agreeing.values())}) and (r.id in ({own})) is not true
        order by {points} desc, r.id limit $limit
        """,
        limit=limit,
        **{
            name: _SPELLINGS[int(name[1])](asked.texts[name[3:]])
            for name in re.findall(r"\$(v\d_\w+)", " ".join(agreeing.values()))
        },
    ).rows()
    rows = []
    for id, caption, *agree in found:
        same = ", ".join(f"same {label}" for label, agrees in zip(agreeing, agree, strict=True) if agrees)
        rows.append((id, None, same, "[]", True, caption))
    return pl.DataFrame(rows, schema=ALIKE, orient="row")


def _conditions(entity_type: EntityType, texts: dict[str, str]) -> dict[str, str]:
    """For each label what must hold; nothing where a text stands for having none."""
    fields = {field.name: field for field in entity_type.active_fields}
    meaning = what_tells(entity_type)
    role = roles(meaning)
    said = [name for name in meaning if name in texts and not _hollow(texts[name], fields[name].kind)]

    def same(name: str) -> str:
        column = text_of(fields[name], f"r.{quoted(name)}")
        if meaning[name] in _ONE_SPELLING:
            return f"{column} = $v0_{name}"
        return f"{column} in ({', '.join(f'$v{way}_{name}' for way in range(len(_SPELLINGS)))})"

    alone = [name for name in said if meaning[name] in _ALONE and role[name] in ("identity", "both")]
    found = {fields[name].label or name: same(name) for name in alone}
    parts = [name for name in meaning if meaning[name] == "person_name"]
    if len(parts) == 2 and set(parts) <= set(said):
        found[" and ".join(fields[name].label or name for name in parts)] = " and ".join(map(same, parts))
    return found


def _hollow(text: str, kind: str) -> bool:
    return bool(is_placeholder(pl.Series([text]), kind)[0])
