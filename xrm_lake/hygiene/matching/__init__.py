"""
Duplicate detection without configuration: pure functions from frames to pairs and clusters.

    records -> encode -> collapse -> train (keys, sample, model, choose)
            -> block -> weigh -> evidence -> cluster

It learns from the records at hand what a duplicate looks like; all it is told is
what each column means.
"""

from xrm_lake.hygiene.matching.cluster import cluster_pairs
from xrm_lake.hygiene.matching.find import find_pairs
from xrm_lake.hygiene.matching.one_to_one import one_to_one
from xrm_lake.hygiene.matching.pairs import Fit, Pairs

__all__ = ["Fit", "Pairs", "cluster_pairs", "find_pairs", "one_to_one"]
