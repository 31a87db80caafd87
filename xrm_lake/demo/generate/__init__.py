"""The data of the demonstration: the files of a fictitious firm with planted faults, and the truth about them."""

from xrm_lake.demo.generate.build import generate
from xrm_lake.demo.generate.truth import Truth

__all__ = ["Truth", "generate"]
