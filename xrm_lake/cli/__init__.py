"""The command line: it parses, calls one verb, and prints."""

import sys


def main() -> None:
    """Run `xrm` with the words it was called with, and leave with its exit code."""
    from xrm_lake.cli.run import run

    sys.exit(run(sys.argv[1:]))
