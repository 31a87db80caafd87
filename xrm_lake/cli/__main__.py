"""`python -m xrm_lake.cli` is `xrm`."""

from xrm_lake.cli import main

main()
