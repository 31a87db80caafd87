"""What was corrected by hand in a report, said on the report itself."""

from dataclasses import replace
from datetime import date

from xrm_lake.reports.page import Block, Note, Page
from xrm_lake.store.lake import Lake


def with_overrides(lake: Lake, page: Page) -> Page:
    """The page, with a remark for each of its figures that somebody has corrected for that day; the figures stay as measured."""
    remarks: tuple[Block, ...] = tuple(Note("caveat", text) for text in _told(lake, page.name, page.as_of))
    return replace(page, blocks=page.blocks + remarks) if remarks else page


def _told(lake: Lake, report: str, as_of: date) -> list[str]:
    rows = lake.query(
        """
        select figure, old_value, new_value, reason from figure_override o
        where report = $report and as_of = $as_of and takes_back is null
        and override_id not in (select takes_back from figure_override where takes_back is not null)
        order by override_id
        """,
        report=report,
        as_of=as_of,
    ).rows()
    return [
        f"Corrected by hand: {figure}, {'' if old is None else f'from {old:,.10g} '}to {new:,.10g}. Reason: {reason}"
        for figure, old, new, reason in rows
    ]
