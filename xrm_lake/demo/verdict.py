"""Found against planted: of each kind of fault in the demonstration's files, how many the lake noticed."""

import polars as pl

from xrm_lake.demo.generate import Truth
from xrm_lake.hygiene.clusters import clusters
from xrm_lake.store.lake import Lake

# Which problem a planted fault must show as, on the record that it was planted in.
MALFORMED, EMPTY, UNLINKED, STALE = ("malformed", "incomplete"), ("incomplete",), ("unlinked",), ("stale",)
SHOWS_AS = {
    # A phone such as 0000 is a placeholder before it is malformed.
    "bad_amount": MALFORMED, "bad_country": MALFORMED, "bad_date": MALFORMED, "bad_email": MALFORMED, "bad_phone": MALFORMED,
    "bad_postcode": MALFORMED,
    "missing_expected": EMPTY, "missing_required": EMPTY, "placeholder": EMPTY,
    "activity_unlinked": UNLINKED, "ambiguous_organisation": UNLINKED, "contact_without_firm": UNLINKED,
    "dangling_company": UNLINKED, "deal_without_organisation": UNLINKED, "ticket_without_contact": UNLINKED,
    "stale_deal": STALE, "stale_lead": STALE, "stale_organisation": STALE, "stale_person": STALE, "stale_ticket": STALE,
}  # fmt: skip
VERDICT = pl.Schema({"fault": pl.String(), "planted": pl.Int64(), "found": pl.Int64(), "share": pl.Float64()})


def found_against_planted(lake: Lake, truth: Truth) -> pl.DataFrame:
    """
    One row for each kind of fault: fault, planted, found, share (0..1 of the planted ones that were found).

    A fault counts as found if the record it was planted in has an issue of the right problem. Of duplicates, a pair counts
    as found if both records are in one cluster; `false duplicates` are pairs in one cluster that are not the same.
    """
    records = _records(lake, truth)
    rows = [*_faults(lake, truth, records), *_duplicates(lake, truth, records), *_broken(lake, truth)]
    return pl.DataFrame(rows, schema=VERDICT, orient="row")


def _records(lake: Lake, truth: Truth) -> pl.DataFrame:
    """The record that each row of each file became: file, external_key, type, id."""
    made = lake.query(
        """
        select e.id, e.type, e.source_key, b.file_name, split_part(b.file_name, '#', 1) as book,
               row_number() over (partition by e.batch_id, e.type order by e.id) as place
        from entity e join batch b on b.batch_id = e.batch_id and b.kind = 'import'
        """
    ).frame()
    # A workbook of one sheet goes by its own name in the truth, and by that of its sheet too in the ledger.
    known = truth.files.select("file", name=pl.col("file").str.split("/").list.last())
    whole = made.join(known, left_on="file_name", right_on="name")
    sheets = made.filter(pl.col("file_name") != pl.col("book")).join(known, left_on="book", right_on="name")
    named = pl.concat([whole, sheets.select(whole.columns)])
    return pl.concat([_by_key(part, truth) for part in named.partition_by("file", "type")])


def _by_key(part: pl.DataFrame, truth: Truth) -> pl.DataFrame:
    """The rows of one file under the keys of the truth: those that it has itself, or those in the order of its rows."""
    keys = truth.clusters.filter(pl.col("file") == part["file"][0], pl.col("entity") == part["type"][0])["external_key"]
    if keys.is_empty() or part["source_key"].is_in(keys.implode()).any():
        return part.select("file", "type", "id", external_key="source_key")
    placed = pl.DataFrame({"place": pl.int_range(1, keys.len() + 1, dtype=pl.Int64, eager=True), "external_key": keys})
    return part.join(placed, on="place").select("file", "type", "id", "external_key")


def _faults(lake: Lake, truth: Truth, records: pl.DataFrame) -> list[tuple[str, int, int, float]]:
    flagged = lake.query(
        "select entity_id as id, list(distinct problem) as problems from issue group by entity_id"
    ).frame()
    planted = truth.faults.filter(pl.col("fault").is_in(list(SHOWS_AS))).unique(["fault", "file", "external_key"])
    seen = (
        planted.join(records, on=["file", "external_key"], how="left")
        .join(flagged, on="id", how="left")
        .with_columns(hit=_shows())
        .group_by("fault", "file", "external_key")
        .agg(pl.col("hit").any())
    )
    counted = seen.group_by("fault").agg(planted=pl.len(), found=pl.col("hit").sum()).sort("fault")
    return [(fault, planted, found, found / planted) for fault, planted, found in counted.iter_rows()]


def _shows() -> pl.Expr:
    """Whether the record has one of the problems that its fault must show as."""
    hits = [
        (pl.col("fault") == fault)
        & pl.any_horizontal(pl.col("problems").list.contains(problem) for problem in problems)
        for fault, problems in SHOWS_AS.items()
    ]
    return pl.any_horizontal(hits).fill_null(False)


def _duplicates(lake: Lake, truth: Truth, records: pl.DataFrame) -> list[tuple[str, int, int, float]]:
    rows = []
    for kind in ("person", "organisation"):
        truly = truth.clusters.filter(pl.col("entity") == kind).join(
            records.filter(pl.col("type") == kind), on=["file", "external_key"]
        )
        found = clusters(lake, kind).select(id="record_id", cluster="cluster_id")
        both = truly.join(found, on="id", how="left")
        planted = _pairs(truly, ["true_id"])
        hit = _pairs(both.drop_nulls("cluster"), ["true_id", "cluster"])
        proposed = _pairs(both.drop_nulls("cluster"), ["cluster"])
        rows.append((f"duplicate {kind} pairs", planted, hit, hit / planted if planted else 1.0))
        rows.append(
            (f"false duplicate {kind} pairs", 0, proposed - hit, (proposed - hit) / proposed if proposed else 0.0)
        )
    return rows


def _pairs(records: pl.DataFrame, by: list[str]) -> int:
    sizes = records.group_by(by).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def _broken(lake: Lake, truth: Truth) -> list[tuple[str, int, int, float]]:
    """Rows that are no rows: refused, or mended and kept with their raw text."""
    planted = int(truth.files["broken"].sum())
    found = lake.query(
        "select count(*) from (select distinct batch_id, record_no from reject where column_name is null and raw is not null)"
    ).value()
    return [("broken rows", planted, found, found / planted if planted else 1.0)]
