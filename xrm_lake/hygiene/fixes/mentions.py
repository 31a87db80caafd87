"""Mentions: the name of one record in the text of another, word for word, where only one record is called so."""

import polars as pl

from xrm_lake.hygiene.fixes.keys import words
from xrm_lake.hygiene.fixes.lacking import FOUND, lacking
from xrm_lake.model.entity_type import EntityType, LinkType
from xrm_lake.model.kinds.company_name import company_stem
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.store.lake import Lake
from xrm_lake.store.views import caption_sql, table_of

_MOST_WORDS, _LEAST_LETTERS = 6, 7
_NAME, _WORD = 0.8, 0.6
_PART = 20_000
NAMED = ("full_name", "company_name")
_NAMES = pl.Schema({"key": pl.String(), "to_type": pl.String(), "to_id": pl.Int64(), "many": pl.Boolean()})


def mentions(
    lake: Lake, entity_type: EntityType, link: LinkType, ends: list[EntityType], *, progress: Progress = quiet
) -> pl.DataFrame:
    """Records that lack a link, with the one record whose name their text holds (schema FOUND)."""
    fields = [each for each in entity_type.active_fields if each.kind in ("text", "long_text") and not each.many]
    named = [end for end in ends if any(field.kind in NAMED for field in end.active_fields)]
    if not fields or not named or any(field.kind in NAMED for field in entity_type.active_fields):
        return pl.DataFrame(schema=FOUND)
    names = _names(lake, named)
    rows = lacking(lake, entity_type, link, fields)
    parts = [pl.DataFrame(schema=FOUND)]
    for field in fields:
        given = rows.select("standing", basis=field.name).drop_nulls()
        for start in range(0, given.height, _PART):
            progress(f"reading {entity_type.plural.lower()} for names", start, given.height)
            parts.append(
                _within(given.slice(start, _PART), names)
                .with_columns(basis_field=pl.lit(field.name))
                .select(list(FOUND))
            )
    return pl.concat(parts)


def _names(lake: Lake, ends: list[EntityType]) -> pl.DataFrame:
    """What records are called, as words: a firm's name without its legal form too; of one word only if it is long."""
    parts = []
    for end in ends:
        rows = lake.query(
            f"select {caption_sql(end, 'r')} as name, $type as to_type, r.id as to_id from {table_of(end.name)} r where r.live order by r.id",
            type=end.name,
        ).frame().drop_nulls("name")  # fmt: skip
        parts.append(rows)
        if any(field.kind == "company_name" for field in end.active_fields):
            parts.append(rows.with_columns(name=company_stem(rows["name"])))
    told = pl.concat(parts)
    listed = words(told["name"])
    told = told.with_columns(key=listed.list.join(" "), size=listed.list.len())
    long = (pl.col("size") > 1) | (pl.col("key").str.len_chars() >= _LEAST_LETTERS)
    fit = told.filter(long, pl.col("size") <= _MOST_WORDS, pl.col("key").str.contains(r"\p{L}{3}"))
    single = fit.unique(["key", "to_type", "to_id"], maintain_order=True).filter(pl.len().over("key") == 1)
    return single.select("key", "to_type", "to_id", many=pl.col("size") > 1).cast(_NAMES)


def _within(given: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    listed = given.with_columns(word=words(given["basis"]), row=pl.int_range(pl.len())).drop("basis").explode("word")
    runs = [
        listed.select("row", key=_run(size)).drop_nulls("key").join(names, on="key", how="inner")
        for size in range(1, _MOST_WORDS + 1)
    ]
    # The longest name counts: the firm `Green House` is not meant where `Green House North` is.
    longest = pl.concat(runs).with_columns(letters=pl.col("key").str.len_chars())
    best = longest.filter(pl.col("letters") == pl.col("letters").max().over("row"))
    one = best.filter(pl.col("to_id").n_unique().over("row") == 1).unique("row", keep="first", maintain_order=True)
    told = given.with_columns(row=pl.int_range(pl.len())).join(one, on="row", how="inner", maintain_order="left")
    return told.select(
        "standing", "to_type", "to_id", "basis", rule=pl.lit("link_by_name"),
        reason=pl.lit("its text holds the name, which no other record has"), score=pl.when("many").then(_NAME).otherwise(_WORD),
    )  # fmt: skip


def _run(size: int) -> pl.Expr:
    """Each word with those that follow it in the same text, `size` in all."""
    parts = [pl.col("word").shift(-step).over("row") for step in range(size)]
    return pl.concat_str(parts, separator=" ")
