"""What every kind of value can do: read text, judge it, hide it. It speaks in columns of distinct values."""

from collections.abc import Mapping
from typing import Any, Protocol

import polars as pl

Options = Mapping[str, Any]
DEFAULTS: Options = {}


class Kind(Protocol):
    """
    How the values of a field are read, judged, matched and masked.

    `clean` takes text and gives canonical text of the same length: empty becomes
    null, and what cannot be read comes back trimmed and otherwise unchanged.
    `is_valid` judges canonical text (null stays null); what is valid always
    casts to `duck_type`. `infer` looks at a whole column for what one value
    cannot tell: day before month, decimal comma.

    Two laws hold: cleaning twice without options changes nothing, and what is
    valid, whatever options it was read with, is left as it is by `clean` without
    options. Options describe raw text, so canonical text is never cleaned with them.
    """

    @property
    def name(self) -> str:
        """The word used in declarations, such as `email`."""

    @property
    def duck_type(self) -> str:
        """The type of the physical column, such as `varchar` or `decimal(18,2)`."""

    @property
    def personal(self) -> bool:
        """Whether a value points to a natural person."""

    @property
    def match_as(self) -> str | None:
        """How matching sees a value; None if it says nothing about sameness."""

    def words(self) -> Mapping[str, str]:
        """The words that can be read and what each means; empty where there is no end to them."""

    def infer(self, values: pl.Series) -> Options:
        """What the column as a whole says about how its values are written."""

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """Canonical text of each value; null where empty."""

    def is_valid(self, values: pl.Series) -> pl.Series:
        """Whether each canonical text is a value of this kind; null where null."""

    def mask(self, values: pl.Series) -> pl.Series:
        """
        Each value made unreadable, keeping at most what helps to tell it is there
        (a first letter, the end of a number, a year). Whether a field is to be
        masked is the caller's decision; `personal` is what the kind advises.
        """
