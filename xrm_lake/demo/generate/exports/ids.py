"""The ids that the systems give: running numbers, and 18 characters with a check at the end."""

import numpy as np

from xrm_lake.demo.generate.chance import Ints, Texts, texts

_DIGITS = np.array(list("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
_CHECK = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"))


def numbers(first: int, count: int, step: int = 3) -> Texts:
    """Running numbers as text: 9410020001, 9410020004, …"""
    return texts([str(number) for number in range(first, first + count * step, step)])


def salesforce_ids(prefix: str, count: int, *, start: int = 0) -> Texts:
    """
    Ids of 18 characters that begin with the prefix of their object, in rising order,
    from the `start`-th on.

    The last three tell which of the fifteen before are upper case, five at a time
    (bit i of a group is set if its i-th character is), so that the id survives
    systems that ignore case.

    >>> salesforce_ids("001", 2).tolist()
    ['0015g00000a0000AAA', '0015g00000a0007AAA']
    """
    serial = np.arange(start, start + count, dtype=np.int64) * 7 + 36 * 62**4
    tail = np.empty((count, 5), dtype=np.int64)
    for place in range(5):
        tail[:, 4 - place] = (serial // 62**place) % 62
    head = np.array([np.flatnonzero(letter == _DIGITS)[0] for letter in f"{prefix}5g00000"], dtype=np.int64)
    digits = np.concatenate([np.tile(head, (count, 1)), tail], axis=1)
    upper = ((digits >= 10) & (digits < 36)).reshape(count, 3, 5)
    check = _CHECK[upper @ (1 << np.arange(5))]
    letters = np.concatenate([_DIGITS[digits], check], axis=1)
    return texts(["".join(row) for row in letters.tolist()])


def linked(ids: Texts, rows: Ints) -> Texts:
    """The id of each row; empty where the row is -1."""
    return np.where(rows >= 0, ids[rows], "") if ids.size else texts([""] * rows.size)
