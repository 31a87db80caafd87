"""The comparisons of a condition: a row for each, of a field, how it compares, and a value or another field."""

import streamlit as st

from xrm_lake.model.comparison import ALONE, COMPARED, WORDS, Comparison
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.own_check import OwnCheck


def comparisons(entity_type: EntityType, before: OwnCheck, *, key: str) -> tuple[tuple[Comparison, ...], bool]:
    """The rows as they stand now, and whether one of them is enough."""
    number = f"{key}_rows"
    rows = st.session_state.setdefault(number, max(1, len(before.form)))
    made = tuple(
        _row(entity_type, before.form[place] if place < len(before.form) else None, f"{key}_{place}")
        for place in range(rows)
    )
    any_of = False
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("And another", icon=":material/add:", type="tertiary", key=f"{key}_more"):
            st.session_state[number] = rows + 1
            st.rerun(scope="fragment")
        if rows > 1 and st.button("One less", icon=":material/remove:", type="tertiary", key=f"{key}_less"):
            st.session_state[number] = rows - 1
            st.rerun(scope="fragment")
        if rows > 1:
            any_of = st.toggle("One of them is enough", before.any_of, key=f"{key}_any")
    return made, any_of


def _row(entity_type: EntityType, before: Comparison | None, key: str) -> Comparison:
    labels = {item.name: item.label for item in entity_type.active_fields}
    names, ways = list(labels), list(WORDS)
    field, how, what = st.columns([1, 1, 1.2], vertical_alignment="bottom")
    name = field.selectbox("Field", names, index=names.index(before.field) if before and before.field in names else 0, key=f"{key}_field",
                           format_func=labels.__getitem__, label_visibility="collapsed")  # fmt: skip
    way = how.selectbox("Compares", ways, index=ways.index(before.compares) if before else 0, key=f"{key}_how", format_func=WORDS.__getitem__,
                        label_visibility="collapsed")  # fmt: skip
    if way in ALONE:
        return Comparison(name, way)
    with what:
        if way in COMPARED and st.toggle("With another field", bool(before and before.other), key=f"{key}_with"):
            other = st.selectbox("Other", names, index=names.index(before.other) if before and before.other in names else 0, key=f"{key}_other",
                                 format_func=labels.__getitem__, label_visibility="collapsed")  # fmt: skip
            return Comparison(name, way, other=other)
        hint = "values between commas" if way in ("one_of", "none_of") else "a value, or today for a date"
        value = st.text_input(
            "Value", before.value if before else "", key=f"{key}_value", placeholder=hint, label_visibility="collapsed"
        )
    return Comparison(name, way, value=(value or "").strip())
