"""
Survivorship: which of its members' values a golden record keeps.

For each field, the first rule that decides: valid before invalid (and before what says nothing), the more trusted source, the
value that a person set last, the most frequent, the longest (names and addresses), the oldest
record. A field's `keep` comes right after what a person set, or decides alone. Fields of one group
(an address, the parts of a name) come from one member together, so that no street of one meets the
city of another; of them only the valid parts count, and the fuller one comes before the more frequent. Lists are united; a refusal of
consent by any member stands. Pure: a frame of members in, a frame of golden values out.
"""

import polars as pl

from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import kind
from xrm_lake.model.placeholders import is_placeholder

_LONGEST = {"company_name", "full_name", "given_name", "family_name", "street", "city"}


def golden_values(
    members: pl.DataFrame, edits: pl.DataFrame, trust: dict[str, float], entity_type: EntityType
) -> pl.DataFrame:
    """
    One row for each golden record with the values that survive.

    `members` has golden_id, id, source_ and a column for each field; `edits` has id, field, edited_ (the
    last time a person set it); `trust` is by source, 0 where it is not named. Returns golden_id and the fields.
    """
    trusted = with_trust(members, trust)
    groups = groups_of([field for field in entity_type.fields if field.name in members.columns])
    golden, disputed = _undisputed(trusted, groups)
    settled = golden.lazy()
    for group in disputed:
        settled = _with_choice(settled, _choose(golden, trusted, group, edits), group)
    names = (field.name for group in groups for field in group)
    return settled.select("golden_id", *names).sort("golden_id").collect()


def with_trust(members: pl.DataFrame, trust: dict[str, float]) -> pl.DataFrame:
    """The members, the oldest first, with how far their source is trusted as trust_."""
    trusted = pl.col("source_").replace_strict(trust, default=0.0, return_dtype=pl.Float64) if trust else pl.lit(0.0)
    return members.sort("golden_id", "id").with_columns(trust_=trusted)


def _undisputed(members: pl.DataFrame, groups: list[list[Field]]) -> tuple[pl.DataFrame, list[list[Field]]]:
    """
    The first value of each field: all there is to it wherever the members do not differ.

    With it a column `differs_<place>` for each group of fields that some members differ in, and those groups.
    """
    firsts = (pl.col(field.name).drop_nulls().first() for group in groups for field in group)
    differs = (
        pl.any_horizontal((pl.col(field.name).drop_nulls().n_unique() > 1) for field in group).alias(_differs(group))
        for group in groups
    )
    golden = members.group_by("golden_id", maintain_order=True).agg(*firsts, *differs)
    somewhere = golden.select(pl.any(*(_differs(group) for group in groups))).row(0)
    return golden, [group for group, differing in zip(groups, somewhere, strict=True) if differing]


def _differs(group: list[Field]) -> str:
    return f"differs_{group[0].name}"


def groups_of(fields: list[Field]) -> list[list[Field]]:
    """Each field alone, save those that are declared to belong together."""
    together: dict[str, list[Field]] = {}
    for field in fields:
        together.setdefault(field.group or f"\0{field.name}", []).append(field)
    return list(together.values())


def _choose(golden: pl.DataFrame, members: pl.DataFrame, group: list[Field], edits: pl.DataFrame) -> pl.LazyFrame:
    """The values of a group that survive in those clusters whose members differ in it."""
    clusters = golden.lazy().filter(pl.col(_differs(group))).select("golden_id")
    disputed = members.lazy().join(clusters, on="golden_id", how="semi", maintain_order="left")
    if (decided := decided_alone(group)) is not None:
        return disputed.group_by("golden_id").agg(decided.alias(group[0].name))
    best = ranked(disputed.collect(), group, edits).group_by("golden_id", maintain_order=True).first()
    return best.select("golden_id", *(field.name for field in group))


def _with_choice(golden: pl.LazyFrame, chosen: pl.LazyFrame, group: list[Field]) -> pl.LazyFrame:
    names = [field.name for field in group]
    # A group is chosen whole: where the chosen member has no region, the golden record has none.
    return (
        golden.join(chosen.with_columns(chosen_=True), on="golden_id", how="left", suffix="_chosen")
        .with_columns(
            pl.when(pl.col("chosen_")).then(pl.col(f"{name}_chosen")).otherwise(pl.col(name)).alias(name)
            for name in names
        )
        .drop("chosen_", *(f"{name}_chosen" for name in names))
    )


def decided_alone(group: list[Field]) -> pl.Expr | None:
    """The value that survives, for a field whose `keep` looks at no member's rank: lists, extremes, consent; None for others."""
    if len(group) > 1:
        return None
    field, column = group[0], pl.col(group[0].name)
    if field.many or field.keep == "union":
        return column.explode().drop_nulls().unique(maintain_order=True) if field.many else None
    simple = {
        "most_restrictive": column.max(),
        "largest": column.max(),
        "smallest": column.min(),
        "oldest": column.drop_nulls().first(),
    }
    return simple.get(field.keep)


def ranked(members: pl.DataFrame, group: list[Field], edits: pl.DataFrame) -> pl.LazyFrame:
    """
    The members that fill a group of fields, those of one golden record together, the one whose values survive first.

    With them text_ (the values as one) and what they were ranked by: the columns that `order_of` names, then id.
    """
    names = [field.name for field in group]
    edited = edits.lazy().filter(pl.col("field").is_in(names)).group_by("id").agg(pl.col("edited_").max())
    filled = members.lazy().filter(pl.any_horizontal(pl.col(name).is_not_null() for name in names))
    text = pl.concat_str([pl.col(name).cast(pl.String) for name in names], separator="\x1f", ignore_nulls=True)
    given = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int32) for name in names)
    valid = pl.sum_horizontal(_valid(members, field) for field in group)
    scored = filled.join(edited, on="id", how="left").with_columns(given_=given, filled_=valid, text_=text)
    scored = scored.with_columns(
        valid_=_validity(), frequency_=pl.len().over("golden_id", "text_"), length_=pl.col("text_").str.len_chars()
    )
    order = order_of(group)
    return scored.sort(["golden_id", *order, "id"], descending=[False, *(True for _ in order), False], nulls_last=True)


def order_of(group: list[Field]) -> list[str]:
    """What the members are ranked by for a group of fields, the first that decides first; all of it the larger the better."""
    keep = group[0].keep
    longest = keep == "longest" or (not keep and any(field.kind in _LONGEST for field in group))
    kept = {"most_recent": "updated_at", "most_frequent": "frequency_", "longest": "length_"}.get(keep)
    usual = [*(["filled_"] if len(group) > 1 else []), "frequency_", *(["length_"] if longest else [])]
    # Trust was said by a person of these very sources: it comes before what a declaration says of all.
    return list(dict.fromkeys(["valid_", "trust_", "edited_", *([kept] if kept else []), *usual]))


def _validity() -> pl.Expr:
    """
    2, but 1 for a group with a wrong part where another member is right throughout and has as many right parts, 0 where all is wrong.

    So a wrong part costs a group its place only to one that is no poorer: a whole address with a slip in it beats a bare city.
    """
    flawed = pl.col("filled_") < pl.col("given_")
    best = pl.when(~flawed).then(pl.col("filled_")).max().over("golden_id")
    return (
        pl.when(pl.col("filled_") == 0)
        .then(0)
        .when(flawed & (best >= pl.col("filled_")).fill_null(False))
        .then(1)
        .otherwise(2)
    )


def _valid(members: pl.DataFrame, field: Field) -> pl.Expr:
    column = members[field.name]
    if column.dtype != pl.String:
        return pl.col(field.name).is_not_null().cast(pl.Int32)
    distinct = column.drop_nulls().unique()
    good = distinct.filter(kind(field.kind).is_valid(distinct).fill_null(False))
    # What stands for having none is no value, unless it is one that may be chosen.
    hollow = is_placeholder(good, field.kind).fill_null(False) & ~good.is_in(list(field.allowed))
    good = good.filter(~hollow)
    return pl.col(field.name).is_in(good.implode()).fill_null(False).cast(pl.Int32)
