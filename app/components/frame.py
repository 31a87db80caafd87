"""The parts that every page is made of: its head, cards, and what is said when something cannot be."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from components.text import plain

from xrm_lake.errors import Misuse, XrmError


@contextmanager
def head(title: str, subtitle: str = "") -> Iterator[None]:
    """The title of a page; what is drawn within stands on its right. Both texts are plain."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="page_head"):
        with st.container(gap=None, width="content"):
            st.header(plain(title), anchor=False)
            if subtitle:
                st.caption(plain(subtitle, longest=300))
        with st.container(horizontal=True, width="content", gap="small"):
            yield


@contextmanager
def card(title: str = "", note: str = "", *, key: str | None = None) -> Iterator[None]:
    """A bordered part of a page under a small heading."""
    with st.container(border=True, key=key):
        if title:
            st.subheader(plain(title), anchor=False)
        if note:
            st.caption(plain(note, longest=300))
        yield


@contextmanager
def calm() -> Iterator[None]:
    """Say in one calm line what cannot be done, and go on with the page."""
    try:
        yield
    except XrmError as problem:
        say(problem)


def say(problem: XrmError) -> None:
    """An error of ours, as its message tells it."""
    icon = ":material/info:" if isinstance(problem, Misuse) else ":material/front_hand:"
    st.warning(plain(problem, longest=1200), icon=icon)


def empty(text: str, *, icon: str = "inbox") -> None:
    """What stands where there is nothing to show."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.markdown(f":gray[:material/{icon}:]", width="content")
        st.markdown(f":gray[{plain(text, longest=300)}]", width="content", text_alignment="center")
        st.space("small")


def remember_toast(text: str, icon: str = "check") -> None:
    """Say something short once the page is drawn again."""
    st.session_state["_toast"] = (text, icon)


def show_toast() -> None:
    """What was to be said when the page is drawn again."""
    said = st.session_state.pop("_toast", None)
    if said:
        st.toast(plain(said[0], longest=300), icon=f":material/{said[1]}:")
