"""Text in a terminal: how wide it is, cut and wrapped by columns, not by characters."""

from collections.abc import Iterator


def cell_width(text: str) -> int:
    """How many columns of a terminal a text takes: two for each wide letter, none for a joined mark."""
    from rich.cells import cell_len

    return cell_len(text)


def fit(text: str, width: int, *, right: bool = False) -> str:
    """A text in exactly `width` columns, an ellipsis where it was cut."""
    if cell_width(text) > width:
        text = _head(text, max(width - 1, 0)).rstrip() + "…"
    pad = " " * (width - cell_width(text))
    return pad + text if right else text + pad


def wrapped(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """A text as lines of at most `width` columns behind an indent, broken at spaces where it can be."""
    lines: list[str] = []
    line = first
    for word in _pieces(text, width - max(cell_width(first), cell_width(rest))):
        start = rest if lines else first
        joined = f"{line}{' ' if line != start else ''}{word}"
        if line != start and cell_width(joined) > width:
            lines.append(line)
            joined = rest + word
        line = joined
    return [*lines, line] if line.strip() else lines


def _pieces(text: str, width: int) -> Iterator[str]:
    for word in text.split():
        while cell_width(word) > width:
            head = _head(word, width).rstrip()
            yield head
            word = word[len(head) :]
        yield word


def _head(text: str, width: int) -> str:
    from rich.cells import set_cell_size

    return set_cell_size(text, width)
