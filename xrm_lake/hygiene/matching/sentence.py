"""The evidence of a pair in one sentence."""

from collections.abc import Iterable, Sequence

_SAID = {
    "exact": "same {}",
    "close": "close {}",
    "far": "remotely alike {}",
    "different": "different {}",
    "missing": "{} not known of both",
}


def sentence(levels: Iterable[tuple[str, str]]) -> str:
    """
    What agrees, what differs and what is not known, from fields and their labels.

    >>> sentence([("email", "exact"), ("first_name", "close"), ("phone", "exact"), ("city", "missing")])
    'Same email and phone; close first name; city not known of both.'
    """
    of_label: dict[str, list[str]] = {label: [] for label in _SAID}
    for field, label in levels:
        of_label[label].append(field.strip("_").replace("_", " "))
    parts = [_SAID[label].format(_listed(fields)) for label, fields in of_label.items() if fields]
    said = "; ".join(parts)
    return said[:1].upper() + said[1:] + "." if said else ""


def _listed(fields: Sequence[str]) -> str:
    return fields[0] if len(fields) == 1 else f"{', '.join(fields[:-1])} and {fields[-1]}"
