"""
Duplicate detection without configuration: pure functions from frames to pairs and clusters.

    records -> encode -> collapse -> train (keys, sample, model, choose)
            -> block -> weigh -> evidence -> cluster

It learns from the records at hand what a duplicate looks like; all it is told is
what each column means.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xrm_lake.hygiene.matching.cluster import cluster_pairs
    from xrm_lake.hygiene.matching.counterparts import one_to_one
    from xrm_lake.hygiene.matching.find import find_pairs
    from xrm_lake.hygiene.matching.pairs import Fit, Pairs

__all__ = ["Fit", "Pairs", "cluster_pairs", "find_pairs", "one_to_one"]

_HOME_OF = {
    "Fit": "pairs",
    "Pairs": "pairs",
    "cluster_pairs": "cluster",
    "find_pairs": "find",
    "one_to_one": "counterparts",
}


def __getattr__(name: str) -> Any:
    """The public names, from where they live: whoever asks what a column means need not load the arithmetic."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'xrm_lake.hygiene.matching' has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
