"""Percentages that do not flatter: nothing rounds to 0% or 100% unless it is."""

from decimal import Decimal


def percent(share: int | float | Decimal, digits: int = 1) -> str:
    """
    A share (0..1) as a percentage.

    >>> percent(0.8142), percent(0.00001), percent(0.99999), percent(1)
    ('81.4%', '<0.1%', '>99.9%', '100.0%')
    """
    text, least = f"{share:,.{digits}%}", 10.0 ** -(digits + 2)
    if share > 0 and text == f"{0:.{digits}%}":
        return f"<{least:.{digits}%}"
    if share < 0 and text == f"{-0.0:.{digits}%}":
        return f">{-least:.{digits}%}"
    if share < 1 and text == f"{1:.{digits}%}":
        return f">{1 - least:.{digits}%}"
    return text
