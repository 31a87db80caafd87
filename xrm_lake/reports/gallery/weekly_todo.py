"""
The list to work through: the worst records' faults one by one, each with the fix that is proposed, and a column to tick.

It goes out as a sheet of the weekly workbook and comes back by `xrm weekly --done FILE.xlsx`; see `automation/done.py`.
"""

import polars as pl

from xrm_lake.model.todo import HEADINGS, SHEET
from xrm_lake.reports.gallery.fault_words import address, wrong
from xrm_lake.reports.page import Column, Table
from xrm_lake.store.lake import Lake
from xrm_lake.store.open_fixes import OPEN_FIXES
from xrm_lake.store.search import captions_of

MOST = 500
COLUMNS = tuple(
    Column(name, label, "link", url="url") if name == "caption" else Column(name, label)
    for name, label in HEADINGS.items()
)


def todo(lake: Lake, worst: pl.DataFrame) -> Table:
    """The faults of these records, in their order, with the surest open fix of each."""
    with lake.frame("listed", worst.select("id").with_row_index("place").cast({"place": pl.Int64})):
        rows = lake.query(
            f"""
            with fix as (
                select coalesce(e.golden_id, e.id) as id, p.type, p.field, p.fix_id, p.sort, p.old, p.new, p.reason
                from ({OPEN_FIXES}) p join entity e on e.id = p.entity_id
                qualify row_number() over (partition by coalesce(e.golden_id, e.id), p.type, p.field order by p.score desc, p.fix_id) = 1
            ), seen as (
                select o.entity_id, o.type, o.check_name, o.field, max(b.made_at)::date as looked_on
                from looked_at o join batch b on b.batch_id = o.batch_id and b.undone_by is null group by all
            )
            select i.entity_id as record_id, i.type, i.check_name, i.field, f.sort, f.old, f.new, f.reason, s.looked_on
            from issue i join listed l on l.id = i.entity_id
            left join fix f on f.id = i.entity_id and f.type = i.type
              and f.field = coalesce(i.field, if(starts_with(i.check_name, 'no_'), substr(i.check_name, 4), null))
            left join seen s on s.entity_id = i.entity_id and s.type = i.type and s.check_name = i.check_name
              and s.field is not distinct from i.field
            order by l.place, i.severity, i.check_name, i.field
            """
        ).frame()
    labels = {item.name: item.label for item in lake.catalog.types}
    captions = captions_of(lake, rows["record_id"].to_list(), rows["type"].to_list())
    addresses = [address("/record", type=name, id=id) for name, id in rows.select("type", "record_id").iter_rows()]
    told = rows.with_columns(
        done=pl.lit(None, dtype=pl.String),
        caption=pl.Series([captions[id] for id in rows["record_id"]], dtype=pl.String),
        url=pl.Series(addresses, dtype=pl.String),
        label=pl.col("type").replace(labels),
        what=pl.Series([wrong(lake, row) for row in rows.iter_rows(named=True)], dtype=pl.String),
        fix=_fixes(lake, rows),
        # As text: a spreadsheet rounds long numbers.
        record_id=pl.col("record_id").cast(pl.String),
        lake=pl.lit(lake.lake_id),
    )
    return Table(SHEET, told.select(*HEADINGS, "url"), COLUMNS, empty="No record has an issue.")


def _fixes(lake: Lake, rows: pl.DataFrame) -> pl.Series:
    """What would be set; of a link, what would be linked."""
    ends = rows.filter(pl.col("sort") == "link")["new"].cast(pl.Int64).unique().to_list()
    types = dict(lake.query("select id, type from entity where list_contains($ids::bigint[], id)", ids=ends).rows())
    captions = captions_of(lake, list(types), list(types.values())) if types else {}
    told = [
        f"link to {captions.get(int(new), new)}" if sort == "link" else new
        for sort, new in rows.select("sort", "new").iter_rows()
    ]
    return pl.Series(told, dtype=pl.String)
