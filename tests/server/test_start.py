"""Starting a server: what its first answer does not need is not loaded for it."""

import subprocess
import sys

HEAVY = ("scipy", "rapidfuzz", "pandera", "fastexcel", "openpyxl", "pandas", "vl_convert")


def test_a_server_starts_without_what_only_some_verbs_need():
    code = f"import sys, xrm_lake.server.run; print([name for name in {HEAVY} if name in sys.modules])"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == "[]"
