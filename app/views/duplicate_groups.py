"""Three records or more that look like one, to merge at once."""

import served
import streamlit as st
from components.frame import calm, card, empty, remember_toast
from components.text import count, plain, shown
from navigation import go_record

from xrm_lake.hygiene.judge import merge
from xrm_lake.hygiene.review import Side, groups_to_review
from xrm_lake.model.entity_type import EntityType


def groups(entity_type: EntityType) -> None:
    """The groups of a type, largest first."""
    groups = served.remembered(groups_to_review, entity_type.name)
    if not groups:
        empty("No three records or more look like one.", icon="group_work")
        return
    st.caption("Three records or more that look like one, largest first. Open one to look closer before you merge.")
    for place, sides in enumerate(groups):
        _group(entity_type, place, sides)


def _group(entity_type: EntityType, place: int, sides: tuple[Side, ...]) -> None:
    with card(key=f"group_{place}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{plain(sides[0].caption)}** :gray[· {count(len(sides), 'record')}]", width="content")
            ids = [side.id for side in sides]
            if st.button("Merge all", icon=":material/call_merge:", key=f"merge_group_{ids[0]}"):
                with calm():
                    decision = merge(served.lake(), ids, reason="merged as a group")
                    remember_toast(f"Merged {count(len(ids), 'record')} as decision {decision}", "call_merge")
                    st.rerun()
        fields = [each for each in entity_type.active_fields if any(side.values[each.name] for side in sides)][:9]
        rows = [
            {"#": side.id, "Links": side.links} | {each.label: shown(side.values[each.name]) for each in fields}
            for side in sides
        ]
        event = st.dataframe(
            rows, hide_index=True, key=f"group_rows_{ids[0]}", on_select="rerun", selection_mode="single-cell",
            placeholder="–", alt="Records of this group; click one to open it",
        )  # fmt: skip
        if event.selection.cells:
            go_record(entity_type.name, ids[event.selection.cells[0][0]])
