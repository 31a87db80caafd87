"""The ledger as it stood at the end of a day: its batches, changes and verdicts, and who had undone what by then."""

from dataclasses import dataclass

from xrm_lake.store.past.moment import Moment


@dataclass(frozen=True)
class Ledger:
    """Names of relations with the columns of `batch`, `change` and `verdict`."""

    batch: str
    change: str
    verdict: str


def ledger_then(moment: Moment) -> Ledger:
    """The ledger up to the end of the day; `undone_by` of its batches is what it was then."""
    end = moment.end
    batch = moment.table(
        "batch",
        f"""
        select b.* replace (u.by_batch as undone_by) from batch b left join (
            select w.undoes, w.batch_id as by_batch from batch w where w.undoes is not null and w.made_at < {end}
            -- An undo that was taken back itself by then had no effect.
            and w.batch_id not in (select r.undoes from batch r where r.undoes is not null and r.made_at < {end})
        ) u on u.undoes = b.batch_id
        where b.made_at < {end} order by b.batch_id
        """,
    )
    return Ledger(
        batch,
        moment.view("change", f"select * from change where made_at < {end}"),
        moment.view("verdict", f"select * from verdict where made_at < {end}"),
    )
