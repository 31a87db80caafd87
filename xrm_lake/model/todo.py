"""The list to work through: the columns of its sheet, which goes out with the weekly report and comes back ticked."""

SHEET = "To do"
# What a column holds, and what stands above it.
HEADINGS = {
    "done": "Done", "caption": "Record", "label": "Type", "what": "What is wrong", "old": "Value now", "fix": "Proposed fix",
    "reason": "Why this fix", "looked_on": "Looked at", "record_id": "Record id", "type": "Type name", "check_name": "Check", "field": "Field",
    "new": "New value", "lake": "Lake",
}  # fmt: skip
# What a tick needs to be understood.
NEEDED = ("done", "old", "record_id", "type", "check_name", "field", "new", "lake")
_YES = frozenset(
    """
    x xx 1 1.0 ✓ ✔ ☑ yes y true done ok ja j oui si sí sim tak erledigt wahr vrai fait hecho
    """.split()  # noqa: SIM905
)
_NO = frozenset(["", "0", "0.0", "-", "no", "n", "false", "nein", "non", "falsch", "faux", "open", "offen"])


def is_ticked(text: str) -> bool | None:
    """
    Whether a cell under Done means yes; None if it cannot be told.

    >>> is_ticked(" X "), is_ticked(""), is_ticked("later")
    (True, False, None)
    """
    word = text.strip().casefold()
    return True if word in _YES else False if word in _NO else None
