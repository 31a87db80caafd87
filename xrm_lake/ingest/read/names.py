"""Distinct names for columns whose headers may repeat or be empty."""

from collections.abc import Sequence


def distinct(headers: Sequence[str], taken: Sequence[str] = ()) -> list[str]:
    """
    A name for each header: an empty one is column_3, a second `phone` is phone_2, one that is taken is original_<it>.

    >>> distinct(["id", "phone", "", "phone"]), distinct(["row", "id"], taken=["row"])
    (['id', 'phone', 'column_3', 'phone_2'], ['original_row', 'id'])
    """
    written, used = set(headers), set[str]()
    names: list[str] = []
    for place, header in enumerate(headers, 1):
        name = f"original_{header}" if header in taken else header or f"column_{place}"
        own, number = name, 2
        while own in used or (own != header and own in written):
            own, number = f"{name}_{number}", number + 1
        names.append(own)
        used.add(own)
    return names
