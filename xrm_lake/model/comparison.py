"""A condition put together without writing SQL: a field, how it compares, and a value or another field."""

from dataclasses import dataclass

# The day of the check, where a date is asked for.
TODAY = "today"
# How a field may compare: the SQL between column and value, and how people say it.
COMPARED: dict[str, tuple[str, str]] = {
    "is": ("=", "is"), "is_not": ("<>", "is not"), "below": ("<", "is less than, or before"),
    "at_most": ("<=", "is at most, or on or before"), "above": (">", "is more than, or after"),
    "at_least": (">=", "is at least, or on or after"),
}  # fmt: skip
ALONE: dict[str, str] = {"is_empty": "is empty", "is_filled": "is filled"}
LISTED: dict[str, str] = {"one_of": "is one of", "none_of": "is none of"}
TEXTUAL: dict[str, tuple[str, str]] = {
    "contains": ("contains", "contains"), "begins_with": ("starts_with", "begins with"), "ends_with": ("ends_with", "ends with"),
    "matches": ("regexp_matches", "matches the pattern"),
}  # fmt: skip
WORDS: dict[str, str] = {
    **ALONE, **{name: words for name, (_, words) in COMPARED.items()}, **LISTED,
    **{name: words for name, (_, words) in TEXTUAL.items()},
}  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """
    One comparison: a field, how it compares (one of WORDS), and a value or the name of another field.

    Values between commas for `one_of` and `none_of`; `today` is the day of the check. What is empty compares with nothing.
    """

    field: str
    compares: str
    value: str = ""
    other: str = ""
