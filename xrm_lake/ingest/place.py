"""Which record each row is: one that is there already, or a new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import polars as pl

from xrm_lake.errors import UnknownName
from xrm_lake.ingest.answered import answered_before
from xrm_lake.ingest.landed import HELD, Landed
from xrm_lake.ingest.layout import Side
from xrm_lake.ingest.plan import FilePlan
from xrm_lake.ingest.raw import refusals
from xrm_lake.ingest.read.delivery import REJECTS
from xrm_lake.store.identify import by_fields, by_source_key, has_source_records, parties_of, roles_of
from xrm_lake.store.near_records import near_records
from xrm_lake.store.write import Batch

NOBODY = pl.DataFrame(schema={"n": pl.Int64, "id": pl.Int64})
NO_ANSWERS: Mapping[int, int | None] = MappingProxyType({})
NO_ROWS = pl.Series("n", [], dtype=pl.Int64)


@dataclass(frozen=True)
class Placed:
    """
    The rows of a file with what they are.

    `rows` are those of the landed file that stay, with `r.id` (and `p.id` for a role's party), null for a new record.
    `held` has the rows (n, id) whose record a person has deleted: it stays away. `repeated` has those that repeat another row
    (n, first_), `near` (frame HELD) those that are nearly like a record that is there, `rejects` the rest. `by_fields` are the rows
    (n) whose record was told by the key's fields, `answered` those of which somebody said it.
    `withdrawn` has, by the prefix of a side, the rows (n, id) whose record went with an import that was undone.
    """

    rows: pl.DataFrame
    held: pl.DataFrame
    repeated: pl.DataFrame
    rejects: pl.DataFrame
    by_fields: pl.Series
    near: pl.DataFrame
    withdrawn: dict[str, pl.DataFrame]
    answered: pl.Series = field(default_factory=lambda: NO_ROWS)


def place(batch: Batch, landed: Landed, key: tuple[str, ...], answers: Mapping[int, int | None] = NO_ANSWERS) -> Placed:
    """
    Tell for each row whether its record is there: by the fields `key` among records of any source, else by source and key.

    A field of the key that ends in `~` may be written otherwise: a row that is nearly like a record is held back until `answers` say
    which record it is, by its number in the file (None: a new one). A row that would mean several records is refused, and so is a
    second row for the same new one, unless it repeats it.
    """
    source = landed.layout.plan.source
    rows, refused, repeated, by_fields = landed.rows, _no_refusals(), _no_twins(), NO_ROWS
    sides = landed.layout.sides
    near, answered, nearly = pl.DataFrame(schema=HELD), list[int](), any(name.endswith("~") for name in key)
    exact = tuple(name.removesuffix("~") for name in key)
    keyed = {side.prefix: _key_fields(side, exact, landed) for side in sides}
    for side in sides:
        if keyed[side.prefix]:
            rows, more, twins = _by_key(batch, side, rows, keyed[side.prefix], source)
            refused, repeated = pl.concat([refused, more]), pl.concat([repeated, twins])
            by_fields = rows.filter(pl.col(side.prefix + "id").is_not_null())["n"]
    rows, held, withdrawn = _by_source(batch, sides, rows, source)
    rows, more = _claimed_before(rows, by_fields)
    refused = pl.concat([refused, more])
    for side in sides:
        if keyed[side.prefix]:
            told = answered_before(batch, side, source, rows) | dict(answers) if nearly else {}
            rows, alike = _by_likeness(batch, side, rows, key, told)
            near, answered = pl.concat([near, alike]), [*answered, *(no for no, id in told.items() if id is not None)]
    if landed.layout.party is not None:
        rows = _join_roles(batch, sides[0], rows, bool(key))
    rejects = refusals(landed.layout, refused) if refused.height else pl.DataFrame(schema=REJECTS)
    said = rows.filter(pl.col("record_no").is_in(answered))["n"]
    return Placed(rows, held, repeated, rejects, by_fields, near, withdrawn, said)


def key_fields(plans: Sequence[FilePlan], key: Sequence[str]) -> tuple[str, ...] | None:
    """The fields that a key names, itself or by the headers of a file of records; None if one of them is no field."""
    for plan in plans:
        columns = [column for column in plan.columns if column.field and column.to in ("field", "key")]
        named = {column.header.strip().casefold(): column.field for column in columns} | {
            column.field: column.field for column in columns
        }
        found = tuple(_field(name, named) for name in key)
        if plan.shape == "records" and all(found):
            return found
    return None


def _field(name: str, named: Mapping[str, str]) -> str:
    bare = name.removesuffix("~")
    found = named.get(bare) or named.get(bare.strip().casefold(), "")
    return found + name[len(bare) :] if found else ""


def check_key(landed: Landed, key: tuple[str, ...]) -> None:
    """Raises UnknownName if a key field is none of the type's, or if the file does not fill it."""
    filled = {
        name.removeprefix(side.prefix)
        for side in landed.layout.sides
        for name in landed.rows.columns
        if name.startswith(side.prefix)
    }
    for name in (each.removesuffix("~") for each in key):
        if name not in filled - {"extra"}:
            raise UnknownName(f"field that {landed.layout.plan.delivery.name} fills", name, filled - {"extra"})


def _key_fields(side: Side, key: tuple[str, ...], landed: Landed) -> list[str]:
    names = [name for name in key if side.prefix + name in landed.rows.columns]
    # A key is on one side whole: half of it would match half of a name.
    return names if len(names) == len(key) else []


def _by_key(
    batch: Batch, side: Side, rows: pl.DataFrame, names: list[str], source: str
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    wanted = rows.select("n", *(pl.col(side.prefix + name).alias(name) for name in names))
    found = by_fields(batch, side.entity_type, source, wanted, names)
    several = found.filter(pl.col("candidates") > 1)
    refused = rows.join(several, on="n").select(
        "row", reason=pl.col("candidates").cast(pl.String) + f" records have the same {' and '.join(names)}"
    )
    if several.height:
        rows = rows.filter(~pl.col("n").is_in(several["n"].implode()))
    rows = _beside(rows, found.select("n", pl.col("id").alias(side.prefix + "id")))
    folded = [pl.col(name).cast(pl.String).str.to_lowercase() for name in names]
    order = (
        wanted.drop_nulls().with_columns(first_=pl.col("n").min().over(folded)).filter(pl.col("n") != pl.col("first_"))
    )
    if order.is_empty():
        return rows, refused, _no_twins()
    if side.prefix == "p.":
        # Two roles of one new party are no repetition: both hang on the party of the first.
        return _beside(rows, order.select("n", pl.col("first_").alias("p.first_"))), refused, _no_twins()
    return _drop_twins(side, rows, order, refused, names)


def _by_likeness(
    batch: Batch, side: Side, rows: pl.DataFrame, key: tuple[str, ...], answers: Mapping[int, int | None]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows without those that are nearly like a record, and these as frame HELD; what was answered is no more in doubt."""
    near = [name.removesuffix("~") for name in key if name.endswith("~")]
    if not near:
        return rows, pl.DataFrame(schema=HELD)
    id, names = side.prefix + "id", [name.removesuffix("~") for name in key]
    told = pl.col("record_no").replace_strict(answers or {-1: None}, default=None, return_dtype=pl.Int64)
    rows = rows.with_columns(pl.coalesce(told, id).alias(id))
    doubtful = rows.filter(pl.col(id).is_null() & pl.col("r.id").is_null() & ~pl.col("record_no").is_in(list(answers)))
    asked = doubtful.select("n", *(pl.col(side.prefix + name).alias(name) for name in names))
    found = near_records(batch, side.entity_type, asked, names, near).filter(pl.col("candidates").list.len() > 0)
    count = pl.col("candidates").list.len()
    said = pl.when(count > 1).then(count.cast(pl.String) + " records have").otherwise(pl.lit("a record has"))
    held = (
        rows.select("n", "row")
        .join(found, on="n", maintain_order="left")
        .with_columns(reason=said + pl.lit(f" nearly the same {' and '.join(near)}"))
    )
    return _refirst(rows.filter(~pl.col("n").is_in(held["n"].implode())), side), held.select(list(HELD))


def _refirst(rows: pl.DataFrame, side: Side) -> pl.DataFrame:
    """Rows that hang on the party of an earlier one which is held back hang on that of the first that is left."""
    first = side.prefix + "first_"
    if first not in rows.columns:
        return rows
    gone = pl.col(first).is_not_null() & ~pl.col(first).is_in(rows["n"].implode())
    left = pl.col("n").min().over(first)
    return rows.with_columns(
        pl.when(gone & (left == pl.col("n"))).then(None).when(gone).then(left).otherwise(first).alias(first)
    )


def _drop_twins(
    side: Side, rows: pl.DataFrame, later: pl.DataFrame, refused: pl.DataFrame, names: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    content = [
        name
        for name in rows.columns
        if name.startswith(side.prefix) and name not in (side.prefix + "id", side.prefix + "extra")
    ]
    pairs = rows.join(later.select("n", "first_"), on="n").join(
        rows.select(
            pl.col("n").alias("first_"), pl.col("record_no").alias("earlier"), pl.struct(content).alias("content_first")
        ),
        on="first_",
    )
    pairs = pairs.with_columns(same=pl.struct(content).eq_missing(pl.col("content_first")))
    said = "has the same " + " and ".join(names) + " as record "
    more = pairs.filter(~pl.col("same")).select(
        "row", reason=pl.lit(said) + pl.col("earlier").cast(pl.String) + " of this file, but says something else"
    )
    repeated = pairs.filter("same").select("n", "first_")
    return rows.join(pairs, on="n", how="anti"), pl.concat([refused, more]), repeated


def _by_source(
    batch: Batch, sides: tuple[Side, ...], rows: pl.DataFrame, source: str
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, pl.DataFrame]]:
    """The ids that are still open, by source and key; rows of a record that a person has deleted are left out."""
    held, withdrawn = NOBODY, {}
    for side in sides:
        column = side.prefix + "id"
        if column not in rows.columns:
            rows = rows.with_columns(pl.lit(None, pl.Int64).alias(column))
        if not has_source_records(batch, side.entity_type.name, source):
            continue
        found = by_source_key(batch, side.entity_type.name, source, rows.filter(pl.col(column).is_null()))
        withdrawn[side.prefix] = found.filter("withdrawn").select("n", "id")
        ids = _beside(rows.select("n", column), found).with_columns(pl.col("held").fill_null(False))
        open_id = pl.when(~pl.col("held")).then("id")
        rows = rows.with_columns(ids.select(pl.coalesce(column, open_id).alias(column)).to_series())
        if side is sides[0] and ids["held"].any():
            held = ids.filter("held").select("n", "id")
            rows = rows.filter(~ids["held"])
    return rows, held, withdrawn


def _claimed_before(rows: pl.DataFrame, by_fields: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows without those that are by their id what another row is by the key's fields, and these as refusals."""
    told = pl.col("n").is_in(by_fields.implode())
    first = rows.filter(told & pl.col("r.id").is_not_null()).select("r.id", earlier="record_no").unique("r.id")
    if first.is_empty():
        return rows, _no_refusals()
    twice = rows.filter(~told).select("n", "row", "r.id").join(first, on="r.id")
    said = pl.lit("is by its id the record that record ") + pl.col("earlier").cast(pl.String)
    refused = twice.select("row", reason=said + pl.lit(" of this file is by its key"))
    return rows.join(twice, on="n", how="anti", maintain_order="left"), refused


def _join_roles(batch: Batch, role: Side, rows: pl.DataFrame, keyed: bool) -> pl.DataFrame:
    """A known role tells its party; with a key of its party's, a known party tells its role."""
    orphans = rows.filter(pl.col("r.id").is_not_null() & pl.col("p.id").is_null())
    if orphans.height:
        parties = parties_of(batch, orphans["r.id"]).rename({"id": "r.id"})
        found = orphans.select("n", "r.id").join(parties, on="r.id").select("n", "party_id")
        rows = _beside(rows, found).with_columns(pl.coalesce("p.id", "party_id").alias("p.id")).drop("party_id")
    open_roles = rows.filter(pl.col("r.id").is_null() & pl.col("p.id").is_not_null())
    if keyed and open_roles.height:
        found = roles_of(batch, role.entity_type.name, open_roles.select("n", id="p.id"))
        rows = _beside(rows, found).with_columns(pl.coalesce("r.id", "id").alias("r.id")).drop("id")
    return rows


def _beside(rows: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """The rows with what was found for some of them (by n) beside; their many columns are not copied."""
    return rows.hstack(rows.select("n").join(found, on="n", how="left", maintain_order="left").drop("n"))


def _no_twins() -> pl.DataFrame:
    return pl.DataFrame(schema={"n": pl.Int64, "first_": pl.Int64})


def _no_refusals() -> pl.DataFrame:
    return pl.DataFrame(schema={"row": pl.Int64, "reason": pl.String})
