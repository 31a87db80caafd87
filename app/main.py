"""The frame around every page: what is open, where one can go, what runs in the background."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

import streamlit as st  # noqa: E402
from components.look import apply_look  # noqa: E402
from components.sidebar import sidebar  # noqa: E402
from navigation import open_pages  # noqa: E402
from views.model_types import open_new_list  # noqa: E402

st.set_page_config(page_title="xrm_lake", page_icon=str(HERE / "static" / "mark.svg"), layout="wide")
page = open_pages()
apply_look()
open_new_list()
sidebar()
page.run()
