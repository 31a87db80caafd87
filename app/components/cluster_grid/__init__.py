"""
The cluster grid: several records in one view, of which some are one and some are not.

It keeps a log of decisions as the merge deck does, and asks by its `draft` what the records that are ticked would give.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st
from components.merge_deck import deck_file

_HERE = Path(__file__).resolve().parent
_HTML = '<div id="deck" class="cluster" tabindex="0" role="application" aria-label="Review of clusters"></div>'
_COMPONENT = "xrm_cluster_grid"


def cluster_grid(
    clusters: list[dict[str, Any]],
    fields: list[dict[str, str]],
    *,
    remaining: int,
    acked: int,
    key: str,
    on_log: Callable[[], None],
    on_draft: Callable[[], None],
) -> None:
    """
    Show the first of these clusters. Each has id, records (the sides), differing (field names), results (golden values by the ids that
    give them, joined by commas), cohesion, bridge, guards, stake and found; `fields` has name, label.

    `on_log` is called when `st.session_state[key]["log"]` has grown: entries with seq, action (cluster, apart, later, undo), id, yes, no,
    keep (record id by field) and of. `on_draft` is called when `["draft"]` names other records (id, yes) to tell the result of.
    """
    _mounted()(
        key=key, data={"clusters": clusters, "fields": fields, "remaining": remaining, "acked": acked},
        default={"log": [], "draft": {}}, on_log_change=on_log, on_draft_change=on_draft, height="content",
    )  # fmt: skip


def _mounted() -> Callable[..., Any]:
    # Registered on each run: the registry belongs to the runtime, which tests make anew.
    return st.components.v2.component(
        _COMPONENT,
        html=_HTML,
        css=deck_file("deck.css") + (_HERE / "grid.css").read_text(encoding="utf-8"),
        js=deck_file("shared.js") + (_HERE / "grid.js").read_text(encoding="utf-8"),
    )
