"""What is remembered of files: how those with the same headers are read, and what a source's words mean."""

import polars as pl
import served
import streamlit as st
from components.frame import card, empty, remember_toast, say
from components.grid import table, texts
from components.text import plain

from xrm_lake.errors import XrmError
from xrm_lake.store.mappings import forget_mapping, list_mappings
from xrm_lake.store.value_maps import list_value_maps


def saved_mappings() -> None:
    """Both lists; a mapping that is clicked can be forgotten."""
    found = served.remembered(list_mappings)
    words = served.remembered(list_value_maps)
    if found.is_empty() and words.is_empty():
        empty("Nothing was imported yet. How a file is read is remembered for its source.", icon="bookmark")
        return
    if not found.is_empty():
        with card("Mappings", "The next file with the same headers is read so again. Click one to see its columns."):
            _mappings(found)
    if not words.is_empty():
        with card("What the words of a source mean"):
            columns = texts(
                [
                    ("source", "Source"),
                    ("type", "Type"),
                    ("field", "Field"),
                    ("old", "The file says"),
                    ("new", "It means"),
                ]
            )
            table(words, columns, key="value_maps", alt="What the words of a source mean", select=False, most=12)


def _mappings(found: pl.DataFrame) -> None:
    columns = texts([("file_name", "File"), ("source", "Source"), ("type", "Type"), ("made_by", "By")]) | {
        "made_at": st.column_config.DatetimeColumn("When", format="YYYY-MM-DD HH:mm")
    }
    place = table(found, columns, key="saved_mappings", alt="Mappings; click one to see its columns", most=12)
    if place is None:
        return
    row = found.row(place, named=True)
    with st.container(border=True, key="one_mapping"):
        st.markdown(" · ".join(plain(each) for each in row["columns"] or ()))
        if st.button("Forget it", icon=":material/bookmark_remove:", key=f"forget_{row['mapping_id']}"):
            try:
                forget_mapping(served.lake(), row["mapping_id"])
            except XrmError as problem:
                say(problem)
                return
            st.session_state.pop("saved_mappings", None)
            remember_toast("Forgotten; the next such file is looked at afresh", "bookmark_remove")
            st.rerun()
