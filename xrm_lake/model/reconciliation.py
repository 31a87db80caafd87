"""
A reconciliation as plain data that is sealed: what each source says, what the lake has, and the difference.

The seal is the SHA-256 of the document's canonical JSON, the checksums of the source files and the lake's high-water mark
among it. Whoever changes a figure changes the seal; the lake remembers the seals that it gave, so a new seal does not help either.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

FORMAT = "xrm_lake.reconciliation/1"
SEAL = "seal"
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Measure:
    """
    One number with its two sides: `source` says it, `lake` has it, `explained` is why the lake has less, as `why` tells.

    What is left is the difference: source - lake - explained.
    """

    measure: str
    scope: str
    source: int | Decimal
    lake: int | Decimal
    explained: int | Decimal = 0
    why: str = ""

    @property
    def difference(self) -> int | Decimal:
        """What nothing explains."""
        return self.source - self.lake - self.explained

    def plain(self) -> dict[str, Any]:
        """As JSON holds it: counts as numbers, amounts as text with all their digits."""
        numbers = {name: getattr(self, name) for name in ("source", "lake", "explained", "difference")}
        told = {name: value if isinstance(value, int) else exact(value) for name, value in numbers.items()}
        return {"measure": self.measure, "scope": self.scope, **told, "why": self.why}


@dataclass(frozen=True)
class Reconciliation:
    """
    A sealed document: `format`, `made_at`, `made_by`, `lake` (id and high-water mark), `files`, `differences`, `seal`.

    Each of `files` has batch_id, file, sha256, source, type, measures (see Measure) and differing: record_id, key, field, amount
    of each record or value that is not here as the file says, and by which batch it was changed.
    """

    document: Document

    @property
    def differences(self) -> int:
        """How many measures differ."""
        return int(self.document["differences"])

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return self.differences == 0


@dataclass(frozen=True)
class Verification:
    """Whether a page is what was sealed: `sealed` (no figure was changed), `known` (this lake gave the seal; None: not asked), and why not."""

    sealed: bool
    known: bool | None
    problems: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.problems


def exact(amount: int | float | Decimal) -> str:
    """An amount as text with all its digits and no exponent."""
    return format(amount if isinstance(amount, Decimal) else Decimal(str(amount)), "f")


def sealed(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with its seal."""
    return {**content, SEAL: seal_of(content)}


def seal_of(document: Document) -> str:
    """
    The SHA-256 of a document without its seal, as canonical JSON: keys in order, no spaces, UTF-8.

    >>> seal_of({"b": 1, "a": [2]}) == seal_of({"a": [2], "b": 1, "seal": "whatever"})
    True
    """
    content = {name: value for name, value in document.items() if name != SEAL}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def count_differences(measures: Iterable[Measure]) -> int:
    """How many measures leave something unexplained."""
    return sum(measure.difference != 0 for measure in measures)
