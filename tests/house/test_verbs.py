"""Every verb can be called by its four names, says what it does, and is in the documentation."""

import inspect
from pathlib import Path

import pytest

from xrm_lake.verbs import VERBS, Verb, resolve

ROOT = Path(__file__).resolve().parents[2]
DOCS = "\n".join(
    file.read_text(encoding="utf-8") for file in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_a_verb_is_a_function_that_says_what_one_gets(verb: Verb):
    function = resolve(verb.name)

    assert inspect.getdoc(function)
    assert all(p.annotation is not inspect.Parameter.empty for p in inspect.signature(function).parameters.values())


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_a_verb_is_documented(verb: Verb):
    assert f"xrm {verb.command or verb.name}" in DOCS
