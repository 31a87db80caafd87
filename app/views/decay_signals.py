"""The signals of decay that are worth a look: by field, pipeline, owner and quarter, with a verdict in words."""

import polars as pl
import served
import streamlit as st
from components.frame import card
from components.grid import table, texts
from components.text import count
from navigation import go_list

from xrm_lake.hygiene.decay.list_signals import list_signals

_WORDS = {
    "inactive": "Inactive", "undefined": "Says nothing", "duplicates": "New duplicates", "stage_meaning": "Stage meaning",
    "correction": "Corrected by hand",
}  # fmt: skip


def signals_card() -> None:
    """Asked for by a button, since all records are looked at; then a click on a row opens the records of its type."""
    with card("Signals", key="signals_card"):
        if st.button("Look for signals", icon=":material/sensors:", key="look_for_signals"):
            st.session_state["signals_asked"] = True
        if not st.session_state.get("signals_asked"):
            st.caption(
                "Who is inactive, what says nothing, whether stages mean the same from whoever sets them, and what is corrected by hand."
            )
            return
        with st.spinner("Looking at all records"):
            found: pl.DataFrame = served.remembered(list_signals)
        _raised(found)


def _raised(found: pl.DataFrame) -> None:
    raised = found.filter(pl.col("raised").fill_null(value=False))
    unknown = found["raised"].null_count()
    st.caption(
        f"{count(raised.height, 'measure')} worth a look, {count(found.height - raised.height - unknown, 'measure')} fine;"
        f" of {count(unknown, 'measure')} too few records tell."
    )
    if raised.is_empty():
        return
    types = {item.name: item.plural for item in served.lake().catalog.active_types}
    of = pl.when(pl.col("part") == "").then(pl.lit("all")).otherwise(pl.format("{} {}", "split", "part"))
    shown = raised.with_columns(
        signal=pl.col("signal").replace_strict(_WORDS), about=pl.col("type").replace(types), whose=of.str.strip_chars()
    )
    columns = texts(
        [("signal", "Signal"), ("about", "Of"), ("whose", "Part"), ("measure", "Measure"), ("verdict", "What it says")]
    )
    place = table(
        shown, columns, key="signals", alt="Signals worth a look; click one to open the records of its type", most=14
    )
    if place is not None and raised["type"][place] in types:
        go_list(raised["type"][place])
