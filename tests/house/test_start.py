"""Starting is quick because nothing heavy is loaded before it is needed."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("heavy", ["streamlit", "pandera", "polars", "duckdb", "fastapi", "rich", "numpy"])
def test_asking_for_help_loads_nothing_heavy(heavy):
    program = (
        "import sys; sys.argv = ['xrm', '--help']\n"
        "from xrm_lake.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print('{heavy}' in sys.modules)"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout.splitlines()[-1] == "False"


def test_the_face_of_the_library_loads_nothing_heavy():
    program = "import sys, xrm_lake; print(sorted({'streamlit', 'pandera', 'polars', 'duckdb'} & set(sys.modules)))"

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
