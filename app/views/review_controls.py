"""In which order pairs are asked, and which of them: the controls above the deck. Their words stand in the address."""

import served
import streamlit as st
from components.text import count

from xrm_lake.hygiene.certificate import certificate
from xrm_lake.hygiene.owners import list_owners
from xrm_lake.hygiene.queue import ALL, Slice
from xrm_lake.hygiene.turns import Order
from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.trust import list_sources

_ORDERS: dict[str, tuple[Order, str]] = {
    "Value": ("value", "what matters first, with a share that teaches most and a random one"),
    "Score": ("score", "the highest score first"),
    "Doubtful": ("information", "those first of which the score says least"),
    "Audit": ("audit", "drawn at random from those that would be merged without asking, to measure precision"),
}
_BANDS = {"All": (0.5, 1.0), "0.99 and more": (0.99, 1.0), "0.9 to 0.99": (0.9, 0.99), "0.5 to 0.9": (0.5, 0.9)}
_ANY = "Any"


def controls(entity_type: EntityType) -> tuple[Order, Slice]:
    """Show them; gives what was chosen."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="queue_controls"):
        words = st.segmented_control(
            "Order", list(_ORDERS), default="Value", required=True, key="order", bind="query-params", label_visibility="collapsed",
            help="; ".join(f"{name}: {meaning}" for name, (_, meaning) in _ORDERS.items()) + ".",
        )  # fmt: skip
        order = _ORDERS[words][0]
        if order == "audit":
            _progress(entity_type)
            return order, ALL
        return order, _filter()


def _progress(entity_type: EntityType) -> None:
    """How far the audit is: what was drawn and answered, and what is missing for merging without a person."""
    found = served.remembered(certificate, entity_type.name)
    failed = found.wrong + found.unsure
    told = f"{count(found.audited, 'drawn pair')} judged, {failed} different or unsure."
    rest = (
        "Precise enough to merge what is certain without asking."
        if found.holds
        else (f"{found.to_judge:,} more without an error would show a precision of 99 %.")
    )
    st.caption(f"{told} {rest} A random sample is drawn of all pairs: no filter.")


def _filter() -> Slice:
    owners = {row["caption"]: row["id"] for row in served.remembered(list_owners).iter_rows(named=True)}
    sources = [name for name in served.remembered(list_sources)["source"].to_list() if name]
    place = st.container(horizontal=True, width="content")
    with place.popover("Filter", icon=":material/filter_list:", key="queue_filter"):
        source = st.selectbox("Source of a record", [_ANY, *sources], key="source", bind="query-params")
        owner = st.selectbox("Owner of a record", [_ANY, *owners], key="owner", bind="query-params")
        band = st.selectbox(
            "Score",
            list(_BANDS),
            key="band",
            bind="query-params",
            help="A score ranks pairs; it is no share of right ones. Below 0.99 look at each.",
        )
    at_least, at_most = _BANDS[band]
    chosen = Slice(at_least, at_most, None if source == _ANY else source, None if owner == _ANY else owners[owner])
    on = sum((source != _ANY, owner != _ANY, (at_least, at_most) != (0.5, 1.0)))
    if on:
        place.badge(count(on, "filter") + (" · no random share" if not chosen.has_all_certain else ""), color="orange")
    return chosen
