"""
Call a verb on a lake, whoever has it open.

If another process owns the lake and takes verbs (`xrm serve`), it is sent there; else the lake is opened
here, after waiting for those who hold it shortly.
"""

import inspect
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from xrm_lake.cli.forward import NotTheOwner, forward, reachable
from xrm_lake.cli.progress import Bar
from xrm_lake.cli.stopped import Stopped
from xrm_lake.errors import LakeBusy
from xrm_lake.store.owner import Owner, read_owner
from xrm_lake.verbs import verb

if TYPE_CHECKING:
    from xrm_lake.store.lake import Lake

WAIT_SECONDS = 10.0
_EACH_SECONDS = 0.3


def call(lake_path: Path, name: str, /, *positional: Any, **named: Any) -> Any:
    """
    The result of a verb on the lake at that path, with a progress bar if it takes long.

    Raises what the verb raises, LakeBusy if somebody holds the lake for longer than WAIT_SECONDS
    without taking verbs, and Stopped after Ctrl-C, when what was not finished has been rolled back.
    """
    command = f"xrm {verb(name).command or name}"
    give_up = time.monotonic() + WAIT_SECONDS
    with Bar(command) as bar:
        while True:
            owner = read_owner(lake_path)
            if owner is not None and reachable(owner):
                try:
                    return forward(owner, name, positional, named, bar)
                except NotTheOwner:
                    # The file may be older than the lock, which alone decides.
                    pass
            lake = _open(lake_path, command, give_up)
            if lake is not None:
                return _run(lake, name, positional, named, bar)
            _say_waiting(bar, owner)


def _open(lake_path: Path, command: str, give_up: float) -> "Lake | None":
    from xrm_lake.store.open import open_lake

    try:
        return open_lake(lake_path, what=command, wait_seconds=_EACH_SECONDS)
    except LakeBusy:
        if time.monotonic() >= give_up:
            raise
        return None


def _run(lake: "Lake", name: str, positional: tuple[Any, ...], named: dict[str, Any], bar: Bar) -> Any:
    from xrm_lake.verbs import resolve

    before = lake.counters.batch_id
    with _interrupts() as interrupted:
        try:
            with lake:
                function = resolve(name)
                extra = {"progress": bar} if _takes_progress(function) else {}
                return function(lake, *positional, **named, **extra)
        except (Exception, KeyboardInterrupt) as problem:
            # The engine turns an interrupt that meets it at work into an error of its own.
            if not interrupted.is_set():
                raise
            raise Stopped(tuple(range(before + 1, lake.counters.batch_id + 1))) from problem


@contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """Whether Ctrl-C came; it still interrupts, too."""
    came = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield came
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        came.set()
        signal.default_int_handler(number, frame)

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, before)


def _takes_progress(function: Callable[..., Any]) -> bool:
    return "progress" in inspect.signature(function).parameters


def _say_waiting(bar: Bar, owner: Owner | None) -> None:
    bar(f"waiting for {owner.describe() if owner else 'another process'}", 0, None)
