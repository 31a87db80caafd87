"""A progress bar on stderr, for work that lasts longer than a second; nothing where nobody looks."""

import sys
import threading
from types import TracebackType
from typing import Any, Self

AFTER_SECONDS = 1.0


class Bar:
    """Call it like a `Progress`; it shows itself only if the work lasts and stderr is a terminal."""

    def __init__(self, label: str) -> None:
        self._what, self._done, self._total = label, 0, None  # type: tuple[str, int, int | None]
        self._lock = threading.Lock()
        self._shown: Any = None
        self._task: Any = None
        self._timer = threading.Timer(AFTER_SECONDS, self._show)
        self._timer.daemon = True

    def __call__(self, what: str, done: int, total: int | None) -> None:
        """Say how far the work is."""
        with self._lock:
            self._what, self._done, self._total = what, done, total
            self._update()

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            if self._shown is not None:
                self._shown.stop()
            self._shown, self._task = None, False

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        with self._lock:
            if self._task is False:
                return
            columns = (
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[counted]}"),
                TimeElapsedColumn(),
            )
            self._shown = Progress(*columns, console=Console(stderr=True), transient=True)
            self._shown.start()
            self._task = self._shown.add_task(self._what, total=None, counted="")
            self._update()

    def _update(self) -> None:
        if self._shown is not None:
            of = f" of {self._total:,}" if self._total is not None else ""
            counted = f"{self._done:,}{of}" if self._done or of else ""
            self._shown.update(
                self._task, description=self._what, completed=self._done, total=self._total, counted=counted
            )
