"""A table of links that was exported here and comes back: what a person wrote into it, against the links that stand."""

import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

import polars as pl

from xrm_lake.ingest.join import Joined
from xrm_lake.ingest.landed import Landed
from xrm_lake.model.entity_type import LinkType
from xrm_lake.model.kinds import kind, physical
from xrm_lake.model.own_file import VERSION_PATTERN
from xrm_lake.store.bulk import insert_links
from xrm_lake.store.links import set_ended
from xrm_lake.store.references import golden_of, links_then
from xrm_lake.store.write import Batch

_NUMBERS = ("bigint", "double", "decimal(18,2)")
_PAIR = ["id", "to_golden"]
_SAYS = ["said", "since", "until"]


def join_by_hand(batch: Batch, landed: Landed, wanted: pl.DataFrame) -> Joined:
    """
    Make the links of a frame WANTED that nobody has ended since, and let what the rows say of links take the place of what was said.

    What is merged counts as one record. A link that was made or changed here since the export stays as it is.
    """
    if wanted.is_empty():
        return Joined(pl.DataFrame(schema={"place": pl.Int64, "state": pl.String}))
    link = batch.catalog.link_type(landed.layout.plan.link_type)
    rows = _with_ends(batch, landed, wanted).with_columns(_said(link))
    there = links_then(batch, link.name, rows.select("id", "version")).with_columns(_said(link))
    standing = there.filter("stands")
    exact = rows.join(standing, on=[*_PAIR, *_SAYS], how="semi", nulls_equal=True)
    left = rows.join(exact, on="place", how="anti", maintain_order="left")
    spoken = standing.join(exact, on=[*_PAIR, *_SAYS], how="semi", nulls_equal=True)
    free = standing.join(spoken, on="link_id", how="anti")
    met = left.join(free.select(*_PAIR, "link_id", "fresh"), on=_PAIR)
    lone = met.filter((pl.len().over("place") == 1) & (pl.len().over("link_id") == 1))
    ended_since = left.join(there.filter("stood", ~pl.col("stands")), on=_PAIR, how="semi").join(
        lone, on="place", how="anti"
    )
    new = left.join(
        pl.concat([lone.select("place"), ended_since.select("place")]), on="place", how="anti", maintain_order="left"
    )
    changed = lone.filter(~pl.col("fresh"))
    gone = changed["link_id"]
    if link.cardinality == "one":
        new = new.unique("id", keep="first", maintain_order=True)
        gone = pl.concat([gone, standing.join(new, on="id", how="semi").filter(~pl.col("fresh"))["link_id"]])
    if len(gone):
        set_ended(batch, gone.unique().sort(), ended=True)
    made = pl.concat([changed.select(wanted.columns), new.select(wanted.columns)]).sort("place")
    insert_links(batch, made.select("type", "from_id", "to_id", "fields", "since", "until"))
    place = pl.col("place")
    told = pl.when(place.is_in(changed["place"].implode())).then(pl.lit("changed"))
    state = told.when(place.is_in(new["place"].implode())).then(pl.lit("new")).otherwise(pl.lit("same"))
    return Joined(wanted.select("place", state=state).sort("place"))


def _with_ends(batch: Batch, landed: Landed, wanted: pl.DataFrame) -> pl.DataFrame:
    """The wanted links with what stands for their ends (id, to_golden), and the version that their rows are of."""
    number = pl.col("own.version").str.extract(VERSION_PATTERN, 2).cast(pl.Int64).fill_null(0)
    rows = wanted.join(landed.rows.select(place="n", version=number), on="place", how="left", maintain_order="left")
    for column, golden in (("from_id", "id"), ("to_id", "to_golden")):
        found = golden_of(batch, rows[column]).rename({"id": column, "golden": golden})
        rows = rows.join(found, on=column, how="left", maintain_order="left")
    return rows


def _said(link: LinkType) -> pl.Expr:
    """What the fields of links say, in one spelling: 50.0 is 50."""
    numbers = frozenset(field.name for field in link.fields if physical(kind(field.kind), field.many) in _NUMBERS)
    spelt = partial(_spelt, numbers)
    return pl.col("fields").map_batches(partial(each_once, spelt), return_dtype=pl.String).alias("said")


def each_once(spelt: Callable[[str], str | None], texts: pl.Series) -> pl.Series:
    """What each of the texts says, nothing where there is none; many links say the same, and each text is read once."""
    told = {text: spelt(text) for text in texts.drop_nulls().unique()}
    return texts.replace_strict(told, default=None, return_dtype=pl.String) if told else texts


def _spelt(numbers: frozenset[str], text: str) -> str | None:
    found: dict[str, Any] = json.loads(text)
    told = {name: _plain(value) if name in numbers else value for name, value in found.items() if value is not None}
    return json.dumps(told, sort_keys=True, ensure_ascii=False) if told else None


def _plain(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    return str(number.normalize()) if number.is_finite() else value
