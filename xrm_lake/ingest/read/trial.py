"""
Open a workbook of the old binary kind in a process of its own first.

A damaged one can make its reader ask for more memory than there is, which ends the process that asks, whatever else it does.
"""

import subprocess
import sys

from xrm_lake.ingest.read.landing import Kept
from xrm_lake.ingest.read.workbook_guard import damaged

MEMORY = 3 << 30
_TIMES_ITS_SIZE = 30
_SECONDS = 600
_READ_ALL = """
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
except (ImportError, ValueError, OSError):
    pass
import fastexcel
book = fastexcel.read_excel(open(sys.argv[1], "rb").read())
for name in book.sheet_names:
    book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
"""


def try_out(kept: Kept) -> None:
    """
    Read all sheets of a workbook where nothing is lost by it.

    Raises ImportRefused if that process is ended by it. What the reader says itself, it says again to who reads for good.
    """
    memory = MEMORY + _TIMES_ITS_SIZE * kept.path.stat().st_size
    try:
        # An own interpreter: a copy of this one would hold its locks and its memory.
        tried = subprocess.run(
            [sys.executable, "-I", "-c", _READ_ALL, str(kept.path), str(memory)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise damaged(kept.name) from None
    if tried.returncode not in (0, 1):
        raise damaged(kept.name)
