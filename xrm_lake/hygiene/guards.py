"""
Guards: what speaks for asking a person although a score is high.

Conflicting identifiers, a parent and its child, two people of one household, a firm among people, a cluster that
hangs on one weak pair. A guard never stops a person; it stops a merge that nobody looked at.
"""

from importlib.resources import files

import polars as pl

from xrm_lake.hygiene.bridges import scores_within, weakest_bridges
from xrm_lake.hygiene.guard_facts import read_facts
from xrm_lake.hygiene.open_pairs import CHANGED_SINCE
from xrm_lake.store.components import components
from xrm_lake.store.lake import Lake
from xrm_lake.store.write import Registered

GUARDS = {
    "changed": "Changed since it was judged",
    "identifier": "Different identifiers",
    "linked": "Linked to each other",
    "person_firm": "A person and a firm",
    "legal_form": "Different legal forms",
    "twins": "Perhaps twins",
    "household": "Perhaps one household",
    "mailbox": "A shared mailbox",
    "bridge": "A weak bridge",
    "large": "Many records",
}
"""The guards by name, most serious first, each in a few words."""

GUARDED = pl.Schema({"left_id": pl.Int64(), "right_id": pl.Int64(), "guard": pl.String(), "reason": pl.String()})
FOUND = pl.Schema({"part": pl.Int64(), **GUARDED})
WEAK_BRIDGE, LARGE = 0.8, 6
# Of a cluster with more records its size says enough.
_MOST = 40
_SQL = files("xrm_lake.hygiene") / "guards.sql"


def guards_of(lake: Lake, type: str, pairs: pl.DataFrame) -> pl.DataFrame:
    """
    Which of these pairs a person should be asked about before they become one, and why.

    `pairs` has left_id and right_id, records or golden records. What they would join, with all that is merged already, is looked at as
    a whole: where a guard stands between any two records of it, each of its pairs is told. Returns left_id, right_id, guard (a name of
    GUARDS) and reason (a sentence), one row for each pair and guard; a pair that nothing speaks against has none.
    """
    units = _units(lake, pairs.select("left_id", "right_id").unique(maintain_order=True))
    parts = components(units.select("one", "other").iter_rows())
    placed = units.with_columns(part=pl.col("one").replace_strict(parts, default=None, return_dtype=pl.Int64))
    groups = pl.DataFrame(list(parts.items()), schema={"id": pl.Int64, "part": pl.Int64}, orient="row")
    return _told(placed, guards_within(lake, type, groups))


def guards_of_each(lake: Lake, type: str, pairs: pl.DataFrame) -> pl.DataFrame:
    """As `guards_of`, but each pair is looked at for itself, as if no other became one."""
    placed = _units(lake, pairs.select("left_id", "right_id").unique(maintain_order=True)).with_row_index("part")
    placed = placed.with_columns(pl.col("part").cast(pl.Int64))
    groups = pl.concat(placed.select("part", id=end) for end in ("one", "other"))
    return _told(placed, guards_within(lake, type, groups))


def _told(placed: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """What was found in each part, told of each of its pairs; a guard between two others names them."""
    exact = (pl.col("left_id") == pl.col("left")) & (pl.col("right_id") == pl.col("right"))
    told = placed.join(found.rename({"left_id": "left", "right_id": "right"}), on="part").with_columns(
        reason=pl.when(exact | pl.col("left").is_null())
        .then("reason")
        .otherwise(pl.format("Records {} and {}: {}", "left", "right", "reason")),
        rank=pl.when(exact).then(0).otherwise(1),
        gravity=_gravity(),
    )
    first = told.sort("left_id", "right_id", "gravity", "rank", "left", "right").unique(
        ["left_id", "right_id", "guard"], keep="first", maintain_order=True
    )
    return first.select(GUARDED.names()).cast(GUARDED)


def _gravity() -> pl.Expr:
    return pl.col("guard").replace_strict(
        {name: place for place, name in enumerate(GUARDS)}, default=None, return_dtype=pl.Int8
    )


def guards_within(lake: Lake, type: str, groups: pl.DataFrame) -> pl.DataFrame:
    """
    The guards between records that would become one: `groups` has id (what stands for a record now) and part.

    Returns part, left_id, right_id (records as their sources gave them; null where the whole part is meant), guard, reason.
    What is merged already was decided by somebody: no guard stands within it.
    """
    if groups.is_empty():
        return pl.DataFrame(schema=FOUND)
    members = _members(lake, groups)
    sizes = members.group_by("part").agg(size=pl.len(), units=pl.col("unit").n_unique())
    small = members.join(sizes.filter(pl.col("size") <= _MOST), on="part", how="semi")
    found = [
        pl.DataFrame(schema=FOUND),
        _between(lake, type, _sides(small)),
        _large(sizes),
        _bridges(lake, type, groups),
        _changed(lake, groups),
    ]
    return pl.concat(found).sort("part", _gravity(), "left_id", "right_id")


def _units(lake: Lake, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs with `one` and `other`: what stands for their records now."""
    with Registered(lake.engine.cursor(), "asked", pairs):
        return lake.query(
            """
            select a.left_id, a.right_id, coalesce(l.golden_id, l.id) as one, coalesce(r.golden_id, r.id) as other
            from asked a join entity l on l.id = a.left_id join entity r on r.id = a.right_id
            """
        ).frame()


def _members(lake: Lake, groups: pl.DataFrame) -> pl.DataFrame:
    with Registered(lake.engine.cursor(), "units", groups.select("id", "part")):
        return lake.query(
            """
            select u.part, u.id as unit, m.id from entity m join units u on u.id = coalesce(m.golden_id, m.id)
            where m.deleted_at is null and m.source is distinct from 'golden' order by u.part, m.id
            """
        ).frame()


def _sides(members: pl.DataFrame) -> pl.DataFrame:
    """All pairs of records of a part that are not one yet."""
    return (
        members.join(members, on="part", suffix="_")
        .filter((pl.col("id") < pl.col("id_")) & (pl.col("unit") != pl.col("unit_")))
        .select("part", left_id="id", right_id="id_", one="unit", other="unit_")
    )


def _between(lake: Lake, type: str, sides: pl.DataFrame) -> pl.DataFrame:
    if sides.is_empty():
        return pl.DataFrame(schema=FOUND)
    entity_type = lake.catalog.type(type)
    facts, identifiers = read_facts(lake, entity_type, pl.concat([sides["left_id"], sides["right_id"]]))
    links = [(item.name, item.label) for item in lake.catalog.link_types if item.name != "role_of"]
    hierarchy = pl.DataFrame(links, schema={"type": pl.String, "label": pl.String}, orient="row")
    cursor = lake.engine.cursor()
    with (
        Registered(cursor, "sides", sides),
        Registered(cursor, "facts", facts),
        Registered(cursor, "identifiers", identifiers),
        Registered(cursor, "hierarchy", hierarchy),
    ):
        return lake.query(
            _SQL.read_text(encoding="utf-8"), of_people=any(field.kind == "full_name" for field in entity_type.fields)
        ).frame()


def _changed(lake: Lake, groups: pl.DataFrame) -> pl.DataFrame:
    """Pairs that somebody answered, and that are asked again because a value that counts was changed since."""
    with Registered(lake.engine.cursor(), "units", groups.select("id", "part")):
        return (
            lake.query(
                f"""
                select u.part, c.left_id, c.right_id, 'changed' as guard,
                       case c.verdict when 'different' then 'Judged different before' else 'Put aside as unsure before' end
                       || '; a value that matching looks at was changed since.' as reason
                from ({CHANGED_SINCE}) c join units u on u.id = c.one join units v on v.id = c.other and v.part = u.part
                """
            )
            .frame()
            .cast(FOUND)
        )


def _large(sizes: pl.DataFrame) -> pl.DataFrame:
    nobody = pl.lit(None, pl.Int64)
    return (
        sizes.filter((pl.col("size") > LARGE) & (pl.col("units") > 1))
        .select(
            "part", left_id=nobody, right_id=nobody, guard=pl.lit("large"),
            reason=pl.format("{} records would be one.", "size"),
        )
        .cast(FOUND)
    )  # fmt: skip


def _bridges(lake: Lake, type: str, groups: pl.DataFrame) -> pl.DataFrame:
    """Parts of three and more that hang on a pair of low score."""
    several = groups.filter(pl.len().over("part") > 2)
    if several.is_empty():
        return pl.DataFrame(schema=FOUND)
    weak = weakest_bridges(scores_within(lake, type, several)).filter(pl.col("score") < WEAK_BRIDGE)
    percent = (pl.col("score") * 100).round(0).cast(pl.Int64)
    return weak.select(
        "part", "left_id", "right_id", guard=pl.lit("bridge"),
        reason=pl.format("Nothing but pairs of {} % or less joins the two halves.", percent),
    ).cast(FOUND)  # fmt: skip
