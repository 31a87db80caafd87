"""What is kept of a file is all of it, or nothing."""

import subprocess
import sys

import pytest

resource = pytest.importorskip("resource", reason="this system sets no limits for a process")

CHILD = """
import io, resource, sys
from pathlib import Path
from xrm_lake.ingest.read.landing import CHUNK, keep_stream
resource.setrlimit(resource.RLIMIT_FSIZE, (CHUNK + 100, CHUNK + 100))
try:
    keep_stream(io.BytesIO(b"x" * (CHUNK + 200)), "a.csv", Path(sys.argv[1]), lambda done: None)
except OSError:
    print("refused")
"""


def test_a_file_that_the_disk_takes_only_in_part_is_not_kept(tmp_path):
    said = subprocess.run([sys.executable, "-c", CHILD, tmp_path], capture_output=True, text=True, check=True).stdout

    assert said == "refused\n"
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
