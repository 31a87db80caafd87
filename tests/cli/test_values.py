"""Words of the command line become the values that they say."""

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.cli.values import assignments, settings_of
from xrm_lake.errors import UnknownName
from xrm_lake.model.entity_type import Field, LinkType

names = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)


@given(st.dictionaries(names, st.text(min_size=1), max_size=5))
def test_every_value_arrives_as_it_was_typed(values):
    assert assignments([f"{name}={value}" for name, value in values.items()]) == values


@pytest.mark.parametrize("word", ["name", "=x", " =x", ""])
def test_a_word_that_names_no_field_is_misuse(word):
    with pytest.raises(click.UsageError, match="field=value"):
        assignments([word])


def test_settings_have_the_type_of_the_declaration():
    assert settings_of(Field, ["unique=yes", "many=no", "allowed=a,b", "level=required", "meaning="]) == {
        "unique": True,
        "many": False,
        "allowed": ("a", "b"),
        "level": "required",
        "meaning": "",
    }
    assert settings_of(LinkType, ["to_types=person"]) == {"to_types": ("person",)}


@pytest.mark.parametrize("word", ["unique=perhaps", "position=last"])
def test_a_setting_that_cannot_be_is_misuse(word):
    with pytest.raises(click.UsageError):
        settings_of(Field, [word])


def test_a_setting_that_no_declaration_has_is_named():
    with pytest.raises(UnknownName, match="colour"):
        settings_of(Field, ["colour=red"])
