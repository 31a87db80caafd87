"""Previews: the golden record that a merge would make, before anybody decides."""

from collections.abc import Sequence

import polars as pl

from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.golden import source_trust
from xrm_lake.store.lake import Lake
from xrm_lake.store.settings import Reader
from xrm_lake.store.survivorship import golden_values
from xrm_lake.store.texts import text_of
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Registered


def preview_golden(lake: Lake, entity_type: EntityType, groups: Sequence[Sequence[int]]) -> list[dict[str, str | None]]:
    """
    For each group of records, the values that their golden record would have, as canonical texts by field.

    What is merged with them already counts too, and so do the values that people pinned.
    """
    if not groups:
        return []
    named = [(id, place) for place, ids in enumerate(groups) for id in ids]
    wanted = pl.DataFrame(named, schema={"id": pl.Int64, "place": pl.Int64}, orient="row")
    places = wanted["place"].to_list()
    members = lake.query(
        f"""
        with wanted as (select unnest($ids::bigint[]) as id, unnest($places::bigint[]) as place),
        members as (
            select distinct w.place, m.id, m.source, m.deleted_at is not null as deleted_ from wanted w join entity e on e.id = w.id
            join entity m on m.id = e.id or m.golden_id = e.golden_id where m.source is distinct from 'golden'
        )
        select m.place as golden_id, m.source as source_, m.deleted_, r.* exclude (live, extra)
        from members m join {table_of(entity_type.name)} r on r.id = m.id order by r.id
        """,
        ids=wanted["id"].to_list(),
        places=places,
    ).frame()
    edits = edits_of(lake, members["id"].unique().to_list())
    golden = golden_values(members.filter(~pl.col("deleted_")).drop("deleted_"), edits, source_trust(lake), entity_type)
    texts = _texts(lake, golden, entity_type)
    pins = _pins(lake, members.select("golden_id", "id"))
    return [texts.get(place, {}) | pins.get(place, {}) for place in range(len(groups))]


def edits_of(reader: Reader, ids: list[int]) -> pl.DataFrame:
    """When a person last set which fields of these records: id, field, edited_."""
    return reader.query(
        """
        select c.entity_id as id, c.field, max(c.made_at) as edited_
        from change c join batch b on b.batch_id = c.batch_id and b.kind = 'edit' and b.undone_by is null
        where c.op = 'set' and list_contains($ids, c.entity_id) group by c.entity_id, c.field
        """,
        ids=ids,
    ).frame()


def _texts(lake: Lake, golden: pl.DataFrame, entity_type: EntityType) -> dict[int, dict[str, str | None]]:
    """The values as the ledger would write them."""
    columns = ", ".join(text_of(field, f'"{field.name}"') for field in entity_type.active_fields)
    with Registered(lake.engine.cursor(), "previewed", golden):
        rows = lake.query(f"select golden_id, {columns} from previewed").rows()
    names = [field.name for field in entity_type.active_fields]
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


def _pins(lake: Lake, members: pl.DataFrame) -> dict[int, dict[str, str | None]]:
    """The last pin on any member counts."""
    pins = lake.query(
        "select entity_id, field, value from pin where list_contains($ids, entity_id) order by made_at",
        ids=members["id"].unique().to_list(),
    ).rows()
    found: dict[int, dict[str, str | None]] = {}
    for place, id in members.iter_rows():
        for owner, name, value in pins:
            if owner == id:
                found.setdefault(place, {})[name] = value
    return found
