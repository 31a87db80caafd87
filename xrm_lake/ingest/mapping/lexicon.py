"""The word lists, read once from `synonyms.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def lexicon() -> Mapping[str, Any]:
    """The file as it stands: types, common, links, suffixes, modifiers, ignored, sets."""
    return tomllib.loads((files("xrm_lake.ingest.mapping") / "synonyms.toml").read_text(encoding="utf-8"))


@cache
def word_set(name: str) -> frozenset[str]:
    """One of the plain lists of words under `sets`."""
    return frozenset(lexicon()["sets"][name])
