"""What a run cost, told by the process that ran; imports nothing, as it also runs where the peers live."""

import json
import resource
import sys
import time
from pathlib import Path


class Stopwatch:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self.began, self.cpu_before = time.perf_counter(), _cpu()

    def stop(self) -> dict[str, float]:
        """Seconds of the clock (wall), seconds of all threads and child processes (cpu), and the process's peak memory in GB."""
        return {"wall": time.perf_counter() - self.began, "cpu": _cpu() - self.cpu_before, "peak": _peak() / 1e9}


def request() -> dict[str, object]:
    """What this process was asked to do."""
    asked: dict[str, object] = json.loads(sys.argv[1])
    return asked


def tell(out: str, cost: dict[str, float], **more: object) -> None:
    """Leave the cost, and what else is to be known, for the process that asked."""
    (Path(out) / "run.json").write_text(json.dumps({**cost, **more}), encoding="utf-8")


def _cpu() -> float:
    spent = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


def _peak() -> int:
    """Bytes. Linux hands the peak of the parent down to ru_maxrss, so there the process's own is read."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
