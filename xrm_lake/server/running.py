"""A verb at work in a thread of its own, that can be watched and stopped."""

import inspect
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xrm_lake.errors import XrmError
from xrm_lake.server.fault import Fault, keep_fault
from xrm_lake.store.lake import Lake
from xrm_lake.verbs import resolve


class Stopped(BaseException):
    """Raised within a verb that was asked to stop, so that its transaction rolls back."""


@dataclass(frozen=True)
class Step:
    """How far a verb is: what it does, how many are done, of how many (None: unknown)."""

    what: str
    done: int
    total: int | None


@dataclass(frozen=True)
class Done:
    """A verb ended well, with this result."""

    result: Any


@dataclass(frozen=True)
class Failed:
    """A verb ended with an error of ours, or with one that should not be."""

    problem: XrmError | Fault


@dataclass(frozen=True)
class Cut:
    """A verb was stopped; `batches` are those that were written since it began, by it or by others."""

    batches: tuple[int, ...]


End = Done | Failed | Cut


class Running:
    """
    One call of a verb: `follow` it to its end, or `stop` it.

    `function` is what to call if it is not the verb itself but what the verb does with a plan that was made before.
    """

    def __init__(
        self,
        lake: Lake,
        name: str,
        positional: Sequence[Any],
        named: Mapping[str, Any],
        *,
        function: Callable[..., Any] | None = None,
    ) -> None:
        self.lake, self.name = lake, name
        self.step: Step | None = None
        self.end: End | None = None
        self._function = function or resolve(name)
        self._positional, self._named = tuple(positional), dict(named)
        self._stop, self._over = threading.Event(), threading.Event()
        self._interrupt: Callable[[], None] | None = None
        self._thread = threading.Thread(target=self._work, name=f"verb {name}", daemon=True)
        self._thread.start()

    def follow(self, every_seconds: float = 0.2) -> Iterator[Step | None]:
        """Its step as often as one looks, None if it did not move, until the verb is over; then `end` is set."""
        seen = None
        while not self._over.wait(every_seconds):
            step = self.step
            yield step if step != seen else None
            seen = step

    def stop(self) -> None:
        """Ask the verb to stop; it may have ended by then."""
        self._stop.set()
        if self._interrupt is not None and not self._over.is_set():
            self._interrupt()

    def wait(self, seconds: float | None = None) -> End | None:
        """How it ended; None if it has not ended in that time."""
        self._over.wait(seconds)
        return self.end

    def _work(self) -> None:
        before = self.lake.counters.batch_id
        try:
            self._interrupt = self.lake.engine.cursor().interrupt
            self.end = Done(self._call())
        except (Exception, Stopped) as problem:  # noqa: BLE001 (a thread's error must reach the one who waits for it)
            self.end = self._cut(before) if self._stop.is_set() else self._failed(problem)
        finally:
            self._over.set()

    def _call(self) -> Any:
        if "progress" in inspect.signature(self._function).parameters:
            return self._function(self.lake, *self._positional, progress=self._note, **self._named)
        return self._function(self.lake, *self._positional, **self._named)

    def _note(self, what: str, done: int, total: int | None) -> None:
        if self._stop.is_set():
            raise Stopped
        self.step = Step(what, done, total)

    def _failed(self, problem: BaseException) -> Failed:
        return Failed(problem if isinstance(problem, XrmError) else keep_fault(problem, self.lake.path))

    def _cut(self, before: int) -> Cut:
        return Cut(tuple(range(before + 1, self.lake.counters.batch_id + 1)))
