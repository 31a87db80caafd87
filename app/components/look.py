"""The few rules of style that the theme has no words for."""

from pathlib import Path

import streamlit as st

_STATIC = Path(__file__).resolve().parent.parent / "static"
_CSS = (Path(__file__).resolve().parent / "look.css").read_text(encoding="utf-8")

# By night the accent is too dark for text: what is chosen is written like a link.
_NIGHT = '[data-variant="segmented_control"][data-selected="true"] p, [data-variant="pills"][data-selected="true"] p { color: #5cc7ba; }'


def apply_look() -> None:
    """The logo and the house's own rules of style."""
    st.logo(
        str(_STATIC / ("logo-dark.svg" if is_dark() else "logo.svg")),
        size="medium",
        icon_image=str(_STATIC / "mark.svg"),
    )
    st.html(f"<style>{_CSS}{_NIGHT if is_dark() else ''}</style>")


def is_dark() -> bool:
    """Whether the reader has the dark theme on."""
    return getattr(st.context.theme, "type", None) == "dark"
