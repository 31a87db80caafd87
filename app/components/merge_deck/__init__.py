"""
The merge deck: pairs are judged in the browser, one key each, without waiting for the server.

Decisions come back as a log that only grows, in the component's state: a burst of keys overwrites nothing. Each entry
has a number; the server says up to which it has carried them out, and the browser forgets what was acknowledged.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).resolve().parent
_HTML = '<div id="deck" tabindex="0" role="application" aria-label="Review of duplicates"></div>'
_COMPONENT = "xrm_merge_deck"


def merge_deck(
    pairs: list[dict[str, Any]],
    fields: list[dict[str, str]],
    *,
    remaining: int,
    acked: int,
    key: str,
    on_log: Callable[[], None],
) -> None:
    """
    Show the deck. Each pair has id, left, right (ids), score, evidence, sentence, a, b (the sides), result, why, stake and guards; `fields`
    has name, label.

    `on_log` is called when `st.session_state[key]["log"]` has grown: entries with seq, action (merge, different,
    unsure, undo), left, right, keep (side by field), drawn (why it was asked) and of (the seq that an undo takes back).
    """
    _mounted()(
        key=key, data={"pairs": pairs, "fields": fields, "remaining": remaining, "acked": acked}, default={"log": []},
        on_log_change=on_log, height="content",
    )  # fmt: skip


def _mounted() -> Callable[..., Any]:
    # Registered on each run: the registry belongs to the runtime, which tests make anew.
    return st.components.v2.component(
        _COMPONENT,
        html=_HTML,
        css=deck_file("deck.css"),
        js=deck_file("shared.js") + deck_file("deck.js"),
    )


def deck_file(name: str) -> str:
    """A file of this folder: what the cluster grid has in common with the deck comes from here too."""
    return (_HERE / name).read_text(encoding="utf-8")
