"""Two cores for what numpy, polars and rapidfuzz do without holding the interpreter. The result never depends on it."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

THREADS = 2

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_threads(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """
    What `work` gives for each item, in order.

    >>> list(in_threads(abs, [3, -4]))
    [3, 4]
    """
    with ThreadPoolExecutor(THREADS) as pool:
        yield from pool.map(work, items)
