"""The account of an import, tried or done: its counts, its files, what the model gained, what was left out."""

import polars as pl
import served
import streamlit as st
from components.frame import card
from components.grid import table
from components.text import count, plain

from xrm_lake.model.results import ImportResult

_COUNTS = {
    "counted": "Records", "new": "New", "changed": "Changed", "same": "Same", "held": "Held back", "rejected": "Rejected",
    "conflicts": "Conflicts", "links": "Links", "pending": "Waiting",
}  # fmt: skip
_TOTALS = {
    "new": "New", "changed": "Changed", "same": "Same as before", "held": "Held back", "rejected": "Rejected", "conflicts": "Conflicts",
    "links": "Links", "pending": "Waiting links",
}  # fmt: skip


def totals(result: ImportResult) -> None:
    """The counts of all files together."""
    with st.grid("auto", min_column_width=130, gap="small"):
        for name, label in _TOTALS.items():
            if name == "held" and not result.total(name):
                continue
            st.metric(label, f"{result.total(name):,}", border=True)


def accounts(result: ImportResult) -> None:
    """A line for each file, and whether they add up."""
    catalog = served.lake().catalog
    labels = {item.name: item.plural for item in catalog.types} | {link.name: link.label for link in catalog.link_types}
    rows = pl.DataFrame(
        [
            {"file": each.file, "type": labels.get(each.type, each.type)} | {name: getattr(each, name) for name in _COUNTS}
            for each in result.files
        ]
    )  # fmt: skip
    of = st.column_config
    columns: dict[str, object] = {"file": of.TextColumn("File"), "type": of.TextColumn("Holds")}
    columns |= {name: of.NumberColumn(label, format="localized") for name, label in _COUNTS.items()}
    table(rows, columns, key="import_file_rows", alt="Files and what came of each", select=False, most=12)
    if all(file.accounted for file in result.files):
        st.caption(
            ":green[:material/verified:] Every record is accounted for: new, changed, same, held back and rejected add up to what was counted."
        )
    else:
        st.warning("Not every record is accounted for. Please report this.", icon=":material/error:")
    absent = result.total("absent")
    if absent:
        st.caption(
            f":material/link_off: {count(absent, 'link names', 'links name')} a record that is in none of these files, nor in the lake."
        )
    if result.resolved_earlier:
        st.caption(f":material/link: {count(result.resolved_earlier, 'link')} that waited before found the other end.")


def gains(result: ImportResult) -> None:
    """What the model gains for it."""
    if result.gained:
        with card("What the model gains", "It stays when the records are undone"):
            st.markdown("\n".join(f"- {plain(each, longest=400)}" for each in result.gained))


def left_out(result: ImportResult) -> None:
    """Files and tables that did not come in."""
    if result.left_out:
        with st.expander(f"{count(len(result.left_out), 'file is', 'files are')} left out", icon=":material/block:"):
            names = {"File": [each.file for each in result.left_out], "Why": [each.reason for each in result.left_out]}
            st.dataframe(names, hide_index=True, alt="What is left out", placeholder="")


def notes(result: ImportResult) -> None:
    """What else was found, each once."""
    told = [(file.file, note) for file in result.files for note in file.notes]
    if not told:
        return
    with st.expander(count(len(told), "note"), icon=":material/info:", expanded=len(told) <= 4):
        for file, note in dict.fromkeys(told):
            st.caption(f"{plain(file)}: {plain(note, longest=400)}")
