"""The blocks of a report as the app draws them: the only place that decides how they look here."""

import polars as pl
import streamlit as st
from components.frame import empty
from components.grid import table as grid
from components.look import is_dark
from components.text import plain
from navigation import follow

from xrm_lake.reports.markup import Listing, Span, parse
from xrm_lake.reports.page import Block, Chart, Column, Metric, Note, Page, Section, Table, Text
from xrm_lake.reports.render.chart import vega_lite
from xrm_lake.reports.render.figures import MISSING, change, counted, figure

_NOTES = {"info": st.info, "caveat": st.warning, "alert": st.error}
_NOTE_ICONS = {"info": ":material/info:", "caveat": ":material/report_problem:", "alert": ":material/error:"}


def draw(page: Page) -> None:
    """All blocks of a page, below each other."""
    for place, block in enumerate(page.blocks):
        if not isinstance(block, Note):
            draw_block(block, key=f"{page.name}_{place}")
        elif place == 0 or not isinstance(page.blocks[place - 1], Note):
            notes(page.blocks[place:])


def notes(blocks: tuple[Block, ...]) -> None:
    """The remarks at the beginning of these blocks, those of one level in one box."""
    told: list[Note] = []
    for block in blocks:
        if not isinstance(block, Note):
            break
        told.append(block)
    for level, box in _NOTES.items():
        texts = [plain(note.text, longest=1000) for note in told if note.level == level]
        if texts:
            box("  \n".join(texts), icon=_NOTE_ICONS[level])


def draw_block(block: Block, *, key: str) -> None:
    """One block; `key` tells it from others on the page."""
    match block:
        case Metric():
            metric(block)
        case Table():
            with st.container(border=True, key=f"card_{key}"):
                st.subheader(plain(block.title), anchor=False)
                table(block, key=key)
        case Chart():
            with st.container(border=True, key=f"card_{key}"):
                st.subheader(plain(block.title), anchor=False)
                chart(block, key=key)
        case Text(markdown):
            prose(markdown)
        case Note(level, text):
            _NOTES[level](plain(text, longest=1000), icon=_NOTE_ICONS[level])
        case Section():
            section(block, key=key)


def section(block: Section, *, key: str, brief: bool = False) -> None:
    """Blocks under one heading; metrics side by side, where there is little room as `brief` ones."""
    if block.title:
        st.subheader(plain(block.title), anchor=False)
    if block.layout == "row":
        with st.grid(max(1, min(6, len(block.blocks))), min_column_width=100 if brief else 172, gap="small"):
            for place, each in enumerate(block.blocks):
                if isinstance(each, Metric):
                    metric(each, brief=brief)
                else:
                    draw_block(each, key=f"{key}_{place}")
        return
    for place, each in enumerate(block.blocks):
        draw_block(each, key=f"{key}_{place}")


def metric(block: Metric, *, bare: bool = False, brief: bool = False, meaning: str = "") -> None:
    """A number with how it moved, what it was counted from, and its past."""
    with st.container(border=not bare, gap="xxsmall", height="stretch"):
        past = [value for value in block.spark if value is not None]
        # Streamlit colours by the sign; where less is better the arrow must be told so.
        grew = (block.delta or 0) > 0
        color = "off" if block.delta_is_good is None else "normal" if grew == block.delta_is_good else "inverse"
        arrow = "off" if color == "off" else "auto"
        if block.trend:
            # Words count as positive there, whichever way they point.
            color, arrow = "normal" if block.delta_is_good else "inverse", "up" if block.trend[0] == "↑" else "down"
        st.metric(
            _label(block), _value(block), _moved(block), delta_color=color,
            delta_description=None if brief else block.since or None, delta_arrow=arrow,
            help=plain(block.note.sentence(), longest=400) if block.note else meaning or None,
            chart_data=past if len(past) > 1 else None, chart_type="area",
        )  # fmt: skip
        told = counted(block) if block.value is not None else block.why
        if told:
            st.caption(plain(told))


def table(block: Table, *, key: str) -> None:
    """Rows with their columns; a click on a cell follows the link of its row."""
    if block.rows.is_empty():
        st.caption(plain(block.empty))
        return
    shown = block.rows.head(block.cap)
    links = next((column.url for column in block.columns if column.url), "")
    place = grid(
        _drawable(shown, block.columns), {column.name: _config(column, shown) for column in block.columns},
        key=f"table_{key}", alt=block.title, select=bool(links), most=14,
    )  # fmt: skip
    if block.total:
        parts = [
            f"{column.label} {figure(block.total[column.name], column.kind)}"
            for column in block.columns[1:]
            if column.name in block.total
        ]
        st.caption(plain("All: " + " · ".join(parts), longest=500))
    if block.rows.height > block.cap:
        st.caption(f"The first {block.cap} of {block.rows.height:,}; downloads hold all.")
    if block.note:
        st.caption(plain(block.note.sentence(), longest=400))
    if place is not None:
        follow(str(shown[links][place]))


def chart(block: Chart, *, key: str) -> None:
    """A picture, in words for those who do not see it, with its figures one click away."""
    if block.data.is_empty():
        st.caption(plain(block.empty))
        return
    # The app's charts want their padding by side.
    spec = vega_lite(block, dark=is_dark()) | {"padding": dict.fromkeys(("left", "right", "top", "bottom"), 2)}
    st.vega_lite_chart(spec, theme=None, key=f"chart_{key}", alt=block.alt or block.title)
    with st.popover("Figures", icon=":material/table:", type="tertiary"):
        names = [name for name in (block.x, block.series, block.y) if name]
        st.dataframe(block.data.select(names), hide_index=True, alt=f"Figures of {block.title}", placeholder="–")
    if block.note:
        st.caption(plain(block.note.sentence(), longest=400))


def prose(markdown: str) -> None:
    """Report prose."""
    for part in parse(markdown):
        if isinstance(part, Listing):
            marks = [f"{n}." if part.ordered else "-" for n in range(1, len(part.items) + 1)]
            st.markdown("\n".join(f"{mark} {_spans(item)}" for mark, item in zip(marks, part.items, strict=True)))
        else:
            st.markdown(_spans(part.spans))


def _spans(spans: tuple[Span, ...]) -> str:
    forms = {"plain": "{}", "bold": "**{}**", "italic": "*{}*", "code": ":primary[{}]", "link": "[{}]({})"}
    return "".join(forms[span.style].format(plain(span.text, longest=5000), span.url) for span in spans)


def _label(block: Metric) -> str:
    return plain(f"{block.label} ({block.unit})" if block.kind == "money" and block.unit else block.label)


def _value(block: Metric) -> str:
    if block.value is None:
        return MISSING
    if block.unit.startswith("of "):
        # A score: one decimal says enough.
        return plain(figure(round(float(block.value), 1), digits=0 if float(block.value) % 1 == 0 else 1))
    return plain(figure(block.value, block.kind, unit="" if block.kind == "money" else block.unit))


def _moved(block: Metric) -> str | None:
    if block.trend:
        return block.trend[2:]
    if block.unit.startswith("of ") and block.delta:
        return f"{block.delta:+.1f}"
    return change(block) or None


def _drawable(rows: pl.DataFrame, columns: tuple[Column, ...]) -> pl.DataFrame:
    """Columns as the grid draws them: shares as percentages."""
    shares = [pl.col(column.name) * 100 for column in columns if column.kind == "percent"]
    return rows.with_columns(shares).select([column.name for column in columns])


def _config(column: Column, rows: pl.DataFrame) -> object:
    of = st.column_config
    if column.kind == "percent":
        return of.ProgressColumn(column.heading, min_value=0, max_value=100, format="%.1f %%") if column.bar else of.NumberColumn(
            column.heading, format="%.1f %%"
        )  # fmt: skip
    if column.kind in ("number", "money"):
        if column.bar:
            most = max((float(value) for value in rows[column.name].drop_nulls()), default=1.0) or 1.0
            return of.ProgressColumn(column.heading, min_value=0, max_value=most, format="localized")
        return of.NumberColumn(column.heading, format="localized", step=1 if column.kind == "number" else 0.01)
    if column.kind == "date":
        return of.DateColumn(column.heading, format="YYYY-MM-DD")
    return of.TextColumn(column.heading)


__all__ = ["chart", "draw", "draw_block", "empty", "metric", "prose", "section", "table"]
