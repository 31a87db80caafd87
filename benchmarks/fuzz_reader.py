"""
Fuzz the reader of text tables: spoil tables by chance, read them, hold the accounts to their laws.

    python -m benchmarks.fuzz_reader [--minutes 10] [--seed 1] [--seeds DIR] [--keep DIR]

Guided by coverage: an input that makes the reader take a step (from line to line) that no other made is spoiled further. The
laws: it answers within SECONDS; it raises nothing but ImportRefused; what is staged and what is rejected has each number once and
adds up to what was counted; raw text stands in the file where the account says, on the line that it says. What breaks a law is kept.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

SECONDS = 20
_READER = str(Path("xrm_lake") / "ingest" / "read")
_SPECIAL = [
    b",",
    b";",
    b"\t",
    b"|",
    b'"',
    b"'",
    b"\n",
    b"\r",
    b"\r\n",
    b"\\",
    b"#",
    b" ",
    b"\x00",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
]
_SPECIAL += [
    b'""',
    b'","',
    b"\n\n",
    b",,,,",
    b"Total",
    b"\x1b$B",
    b"\xe2\x82",
    b"1.234,50",
    b"2017-03-01",
    b"=1+1",
    b"\xfe\xff",
]
_MOST = 1 << 16  # bytes of an input


def tables() -> list[bytes]:
    """Tables of many dialects and encodings to begin with."""
    rows = [["id", "name", "since", "sum", "note"]]
    rows += [
        [str(i), f"Ann, {i}", f"2017-03-{i % 28 + 1:02}", f"{i},50", 'a "b"\nc' if i % 5 == 0 else "é"]
        for i in range(30)
    ]
    seeds = []
    for delimiter in (",", ";", "\t", "|", ", ", "||", " "):
        for newline in ("\n", "\r\n", "\r"):
            lines = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
            seeds.append((newline.join(lines) + newline).encode())
    plain = "".join(f"{i};Firm {i};{i}.5\n" for i in range(40))
    for encoding in ("utf-8-sig", "utf-16", "utf-32", "cp1252", "cp1251", "iso2022_jp"):
        text = "name;städt;n\n" if encoding == "cp1252" else "name;city;n\n"
        seeds.append((text + plain).encode(encoding))
    seeds.append(
        b"Title\n\nid,2019,,2020,\n,sum,share,sum,share\n" + b"a,1,2,3,4\n" * 9 + b"Total,9,18,27,36\n\nSource: us\n"
    )
    seeds.append(b"a,b,c\n" + b"1,2,3\n" * 9 + b"\nx,y\n" + b"p,1\n" * 9 + b"# end\n")
    seeds.append(b"# one\n" * 5 + b"id,text\n" + b'1,a \\"b\\" c\n' * 9)
    return seeds


def spoiled(chance: random.Random, text: bytes, other: bytes) -> bytes:
    """The text with a few changes of a kind that happens to files."""
    out = bytearray(text)
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
        at = chance.randrange(len(out) + 1)
        span = slice(at, at + chance.choice((1, 1, 2, 5, 20, 200)))
        match chance.randrange(8):
            case 0:
                out[at:at] = chance.choice(_SPECIAL) * chance.choice((1, 1, 1, 3))
            case 1:
                out[at : at + 1] = chance.choice(_SPECIAL)
            case 2:
                out[at : at + 1] = bytes([chance.randrange(256)])
            case 3:
                del out[span]
            case 4:
                out[at:at] = out[span] * chance.choice((1, 2, 10))
            case 5:
                begin = chance.randrange(len(other) + 1)
                out[at:at] = other[begin : begin + chance.choice((5, 50, 500))]
            case 6:
                lines = bytes(out).splitlines(keepends=True)
                chance.shuffle(lines)
                out = bytearray(b"".join(lines))
            case _:
                out = (
                    out[:at]
                    if chance.random() < 0.3
                    else out.replace(*chance.sample(_SPECIAL, 2), chance.choice((1, 5, -1)))
                )
    return bytes(out[:_MOST])


def broken_law(text: bytes, folder: Path) -> str | None:
    """What is wrong with how these bytes are read, if anything."""
    import polars as pl

    from xrm_lake.errors import ImportRefused
    from xrm_lake.ingest.read import read_files

    path = folder / "table.csv"
    path.write_bytes(text)
    try:
        with _at_most(SECONDS):
            deliveries = read_files([path], folder / "landing")
    except ImportRefused as refusal:
        return (
            f"refused by itself: {refusal}"
            if "do not add up" in str(refusal) or "unaccounted" in str(refusal)
            else None
        )
    except Exception as trouble:  # noqa: BLE001  (whatever else it raises is a fault)
        return f"{type(trouble).__name__}: {trouble}"
    for delivery in deliveries:
        staged = pl.read_parquet(delivery.staged)
        numbers = sorted([*staged["record_no"].to_list(), *delivery.rejects["record_no"].to_list()])
        if numbers != list(range(1, delivery.counted + 1)) or staged.width != len(delivery.headers) + 2:
            return "the numbers of the records do not add up"
        if delivery.dialect.encoding == "utf-8" and (wrong := _misplaced(text, delivery)):
            return wrong
    return None


def _misplaced(text: bytes, delivery: Any) -> str | None:
    newline = delivery.dialect.newline[-1].encode()
    for frame in (delivery.rejects, delivery.repairs):
        for _, line, at, _, _, raw in frame.rows():
            if text[at : at + len(raw)] != raw:
                return f"what is shown of byte {at} does not stand there"
            above = text[:at]
            # Where newlines are of several kinds, the other kinds may count or not.
            least, most = above.count(newline) + 1, above.count(b"\r") + above.count(b"\n") + 1
            if not least <= line <= most:
                return f"byte {at} is on line {least} to {most}, not {line}"
    return None


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"no answer within {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Steps:
    """Which steps from line to line the reader has taken."""

    def __init__(self) -> None:
        self.seen: set[tuple[int, int, int]] = set()
        self._codes: dict[Any, int] = {}

    def new(self, action: Callable[[], str | None]) -> tuple[str | None, int]:
        """What the action says, and how many steps of it are new."""
        before = len(self.seen)
        sys.settrace(self._enter)
        try:
            said = action()
        finally:
            sys.settrace(None)
        return said, len(self.seen) - before

    def _enter(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        if _READER not in frame.f_code.co_filename:
            return None
        code = self._codes.setdefault(frame.f_code, len(self._codes))
        last = 0

        def step(inner: FrameType, event: str, _argument: Any) -> Any:
            nonlocal last
            if event == "line":
                self.seen.add((code, last, inner.f_lineno))
                last = inner.f_lineno
            return step

        return step


def fuzz(
    seed: int, seeds: list[bytes], go_on: Callable[[int], bool], keep: Path | None = None
) -> tuple[int, list[str], int]:
    """Read spoiled inputs as long as `go_on(number)` says; return how many, which laws were broken, and the steps seen."""
    chance, steps, corpus, broken = random.Random(seed), Steps(), list(seeds), []
    number = 0
    while go_on(number):
        if number < len(seeds):
            text = seeds[number]
        else:
            text = spoiled(
                chance, chance.choice(corpus[-50:] if chance.random() < 0.5 else corpus), chance.choice(corpus)
            )
        with tempfile.TemporaryDirectory() as folder:
            law, new = steps.new(lambda text=text, folder=folder: broken_law(text, Path(folder)))
        if law:
            broken.append(f"input {number} of seed {seed}: {law}")
            if keep:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{seed}-{number}.csv").write_bytes(text)
        elif new and number >= len(seeds):
            corpus.append(text)
        number += 1
    return number, broken, len(steps.seen)


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=Path, help="a folder with more tables to begin with")
    parser.add_argument("--keep", type=Path, default=Path("fuzz"), help="where inputs that break a law are kept")
    chosen = parser.parse_args()
    seeds = tables()
    if chosen.seeds:
        found = sorted(p for p in chosen.seeds.rglob("*") if p.is_file() and p.stat().st_size < _MOST)
        seeds += [p.read_bytes() for p in found if p.suffix.lower() in (".csv", ".tsv", ".txt")]
    end = time.monotonic() + 60 * chosen.minutes
    number, broken, steps = fuzz(chosen.seed, seeds, lambda _: time.monotonic() < end, chosen.keep)
    print(f"{number} inputs, {steps} steps of the reader seen, {len(broken)} broke a law.")
    for law in broken:
        print(law)
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
