"""
Whom a cell means: the record with that id, that key, or that name.

Only an exact answer counts (case, accents and spaces aside). If it is nobody, or if it is several, the link
waits until somebody says: nothing is guessed and the first hit is never taken.
"""

from dataclasses import dataclass, replace

import polars as pl

from xrm_lake.ingest.plan import LinkTarget
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import LinkType
from xrm_lake.model.kinds import kind
from xrm_lake.model.own_file import REFERENCE
from xrm_lake.store.counters import member_of_golden
from xrm_lake.store.identify import ids_by_source_key, ids_by_value, of_source, parties_of
from xrm_lake.store.pending import answers
from xrm_lake.store.references import by_reference
from xrm_lake.store.write import Batch

FOUND = pl.Schema({"text": pl.String(), "to_id": pl.Int64(), "candidates": pl.List(pl.Int64()), "reason": pl.String()})


@dataclass(frozen=True)
class Sought:
    """What a text may mean: records of these types, matched by id (in a source), by a field's value, or by name."""

    types: tuple[str, ...]
    match_by: str
    field: str
    source: str | None
    link: LinkType
    direction: str

    @property
    def to_type(self) -> str:
        """The types as one text, as a waiting link keeps them."""
        return "|".join(self.types)


def sought(target: LinkTarget, catalog: Catalog, source: str) -> Sought:
    """What the cells of a planned link mean."""
    link = catalog.link_type(target.link_type)
    return Sought(
        target.to_types or _admitted(link, target.direction),
        target.match_by,
        target.field,
        target.source or source,
        link,
        target.direction,
    )


def resolve(batch: Batch, texts: pl.Series, what: Sought) -> pl.DataFrame:
    """
    Which record each text means (frame FOUND): to_id if it is exactly one, else null with candidates and a reason.

    A record that was merged is named by its golden record's oldest member, where links hang. A name in the file of a source
    means a record of that source: others of the same name, from elsewhere, count only if it has none.
    """
    distinct = texts.drop_nulls().unique(maintain_order=True).alias("text").to_frame()
    if distinct.is_empty():
        return pl.DataFrame(schema=FOUND)
    hits = _with_parties(batch, _of_own_source(batch, _hits(batch, distinct, what), what), what)
    members = hits.with_columns(id=pl.Series([member_of_golden(id) for id in hits["id"]], dtype=pl.Int64))
    grouped = members.select("text", "id").unique().group_by("text").agg(candidates=pl.col("id").sort())
    count = pl.col("candidates").list.len()
    names = _named(batch.catalog, what.types)
    found = (
        distinct.join(grouped, on="text", how="left", maintain_order="left")
        .with_columns(pl.col("candidates").fill_null(pl.lit([], pl.List(pl.Int64))))
        .with_columns(
            to_id=pl.when(count == 1).then(pl.col("candidates").list.first()),
            reason=pl.when(count == 0)
            .then(pl.lit(f"no {names} has this {_word(what)}"))
            .when(count > 1)
            .then(count.cast(pl.String) + f" records have this {_word(what)}"),
        )
        .select(list(FOUND))
    )
    return _as_answered(batch, found, what)


def _as_answered(batch: Batch, found: pl.DataFrame, what: Sought) -> pl.DataFrame:
    """What a person has said of a text of this source before holds where it means no one record by itself."""
    open_texts = found.filter(pl.col("to_id").is_null())
    if open_texts.is_empty():
        return found
    told = answers(
        batch, open_texts, type=what.link.name, direction=what.direction, to_type=what.to_type, source=what.source
    )
    joined = found.join(told, on="text", how="left", maintain_order="left")
    return joined.with_columns(to_id=pl.coalesce("to_id", "answer")).select(list(FOUND))


def _hits(batch: Batch, texts: pl.DataFrame, what: Sought) -> pl.DataFrame:
    if what.match_by == "id":
        return ids_by_source_key(batch, list(what.types), what.source, texts)
    if what.match_by == "uid":
        return _by_reference(batch, texts, what)
    types = what.types or tuple(item.name for item in batch.catalog.active_types)
    parts = []
    for name in types:
        entity_type = batch.catalog.type(name)
        fields = {field.name: field for field in entity_type.active_fields}
        if entity_type.retired or (what.field and what.field not in fields):
            continue
        asked = texts.with_columns(raw=pl.col("text"))
        if what.field:
            # A value is looked up as it was stored: cleaned by its field's kind.
            asked = asked.with_columns(text=kind(fields[what.field].kind).clean(asked["text"]))
        found = ids_by_value(batch, entity_type, what.field, asked.select("text").drop_nulls().unique())
        parts.append(asked.join(found, on="text").select(pl.col("raw").alias("text"), "id", "type"))
    schema = {"text": pl.String, "id": pl.Int64, "type": pl.String}
    return pl.concat(parts) if parts else pl.DataFrame(schema=schema)


def _by_reference(batch: Batch, texts: pl.DataFrame, what: Sought) -> pl.DataFrame:
    """The records that references of an export mean; what is no reference was written by a person, and is a name."""
    met = by_reference(batch, texts["text"]).filter(pl.col("state") == "here")
    hits = met.select(text="ref", id=pl.coalesce("golden_id", "id"), type=pl.col("ref").str.extract(REFERENCE, 1))
    names = texts.filter(~pl.col("text").str.contains(REFERENCE))
    return pl.concat([hits, _hits(batch, names, replace(what, match_by="name"))]) if names.height else hits


def _of_own_source(batch: Batch, hits: pl.DataFrame, what: Sought) -> pl.DataFrame:
    """Where several records are meant, those of the file's own source, if there are any."""
    several = hits.filter(pl.col("id").n_unique().over("text") > 1)
    if what.match_by == "id" or what.source is None or several.is_empty():
        return hits
    own = several.filter(pl.col("id").is_in(of_source(batch, several["id"], what.source).implode()))
    return pl.concat([hits.join(own, on="text", how="anti"), own])


def _with_parties(batch: Batch, hits: pl.DataFrame, what: Sought) -> pl.DataFrame:
    """A role stands in for its party where the link does not admit the role, or where both were found."""
    roles = [item.name for item in batch.catalog.types if item.role_of is not None]
    of_role = hits.filter(pl.col("type").is_in(roles))
    if of_role.is_empty():
        return hits
    admitted = what.link.to_types if what.direction == "out" else what.link.from_types
    parties = parties_of(batch, of_role["id"])
    with_party = hits.join(parties, on="id", how="left", maintain_order="left")
    both = with_party["party_id"].is_in(hits["id"].implode()).fill_null(False)
    barred = ~with_party["type"].is_in(list(admitted)) if admitted else pl.repeat(False, hits.height, eager=True)
    moved = with_party["party_id"].is_not_null() & (both | barred)
    return with_party.with_columns(id=with_party["party_id"].zip_with(moved, with_party["id"])).select(
        "text", "id", "type"
    )


def _admitted(link: LinkType, direction: str) -> tuple[str, ...]:
    return link.to_types if direction == "out" else link.from_types


def _named(catalog: Catalog, types: tuple[str, ...]) -> str:
    return " or ".join(catalog.type(name).label.lower() for name in types) or "record"


def _word(what: Sought) -> str:
    return {"id": "id in this source", "name": "name", "uid": "uid or name"}.get(what.match_by, what.field or "key")
