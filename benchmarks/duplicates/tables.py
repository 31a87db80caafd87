"""What was measured, as Markdown to paste into a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from benchmarks.duplicates.accuracy import EDGES, Truth, best_components, calibration, cluster_rates, pair_rates
from benchmarks.duplicates.datasets import Dataset
from benchmarks.duplicates.tools import OURS, Runs
from xrm_lake.hygiene.matching import cluster_pairs

HIGH = 0.99
SETTINGS = (0.5, 0.7, 0.8, 0.9, 0.95)  # from which score on a pair may speak for one cluster
Row = list[str]


@dataclass(frozen=True)
class Measured:
    """One set: what ours and the peers did with it, and all pairs of ours down to the unlikely ones, if these were asked for."""

    dataset: Dataset
    runs: dict[str, Runs]
    down_to_unlikely: pl.DataFrame | None = None

    @property
    def rows(self) -> int:
        """How many records."""
        return int(self.dataset.truth.rids.size)

    @property
    def ours(self) -> Runs:
        """Our runs."""
        return self.runs[OURS]

    @property
    def has_duplicates(self) -> bool:
        """Whether there is anything to find."""
        return len(set(self.dataset.truth.entity.tolist())) < self.rows


def markdown(head: Sequence[str], rows: list[Row]) -> str:
    """A table, the first column left and the others right; nothing where there are no rows."""
    if not rows:
        return ""
    lines = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def cost_table(sets: list[Measured], peers: Sequence[str]) -> str:
    """Time and memory of ours, and how many times as much each peer takes."""
    head = ["set", "rows", "wall s", "cpu s", "peak GB"]
    head += [f"{peer} {what}" for peer in peers for what in ("wall", "cpu", "memory")]
    rows = []
    for one in sets:
        row = [one.dataset.name, f"{one.rows:,}", *_own_cost(one.ours)]
        for peer in peers:
            row += _ratios(one.ours, one.runs.get(peer))
        rows.append(row)
    return markdown(head, rows)


def _own_cost(runs: Runs) -> Row:
    if not runs.costs:
        return [runs.failed or "–", "–", "–"]
    return [f"{runs.cost('wall'):.2f}", f"{runs.cost('cpu'):.2f}", f"{runs.cost('peak'):.2f}"]


def _ratios(ours: Runs, peer: Runs | None) -> Row:
    if peer is None or not peer.costs or not ours.costs:
        return [(peer.failed if peer else None) or "–", "–", "–"]
    return [f"{peer.cost(what) / ours.cost(what):.2f} ×" for what in ("wall", "cpu", "peak")]


def accuracy_table(sets: list[Measured], peers: Sequence[str]) -> str:
    """Pairs from .9 and clusters of ours; the best that Splink's clusters reach at four thresholds; GoldenMatch's clusters."""
    head = ["set", "pairs ≥ .9: P", "R", "F1", "clusters: P", "R", "F1", *(f"{peer} F1" for peer in peers)]
    rows = []
    for one in sets:
        truth, ours = one.dataset.truth, one.ours
        if one.has_duplicates and ours.pairs is not None and ours.clusters is not None:
            both = (pair_rates(ours.pairs, truth, 0.9), cluster_rates(ours.clusters, truth))
            figures = [f"{value:.4f}" for rates in both for value in (rates.precision, rates.recall, rates.f1)]
            rows.append([one.dataset.name, *figures, *(_peer_f1(one.runs.get(peer), truth) for peer in peers)])
    return markdown(head, rows)


def _peer_f1(peer: Runs | None, truth: Truth) -> str:
    if peer is None or not peer.costs:
        return (peer.failed if peer else None) or "–"
    if peer.pairs is not None:
        threshold, rates = best_components(peer.pairs, truth)
        return f"{rates.f1:.4f} (≥ {threshold})"
    assert peer.clusters is not None
    return f"{cluster_rates(peer.clusters, truth).f1:.4f}"


def sure_table(sets: list[Measured]) -> str:
    """The pairs that would be offered for merging by themselves: how many, how many wrong."""
    rows = []
    for one in sets:
        if one.ours.pairs is None or not one.has_duplicates:
            continue
        high = pair_rates(one.ours.pairs, one.dataset.truth, HIGH)
        rates = pair_rates(one.ours.pairs.filter("sure"), one.dataset.truth, HIGH)
        why_not = str(one.ours.told.get("fallback") or "")
        rows.append(
            [
                one.dataset.name,
                f"{high.found:,}",
                f"{high.precision:.4f}",
                f"{rates.found:,}",
                f"{rates.found - rates.right:,}",
                f"{rates.precision:.4f}" if rates.found else "–",
                f"no: {why_not}" if why_not else "yes",
            ]
        )
    return markdown(["set", f"pairs ≥ {HIGH}", "precision", "sure", "wrong", "precision", "offered"], rows)


def settings_table(sets: list[Measured]) -> str:
    """The F1 of clusters by the score from which a pair may speak for one: whether one setting serves all sets."""
    rows = []
    for one in sets:
        if one.ours.pairs is None or not one.has_duplicates:
            continue
        pairs = one.ours.pairs.rename({"left": "left_id", "right": "right_id"})
        found = [
            cluster_rates(
                cluster_pairs(pairs, at_least=at).rename({"record_id": "rid", "cluster_id": "cluster"}),
                one.dataset.truth,
            ).f1
            for at in SETTINGS
        ]
        rows.append([one.dataset.name, *(f"{f1:.4f}" for f1 in found)])
    return markdown(["set", *(f"{at:g}" for at in SETTINGS)], rows)


def calibration_table(sets: list[Measured]) -> str:
    """What scores mean: for each set and span of scores, the mean score, the share of true pairs, and how many pairs."""
    tables = {
        one.dataset.name: calibration(one.down_to_unlikely, one.dataset.truth)
        for one in sets
        if one.down_to_unlikely is not None and one.has_duplicates
    }
    rows: list[Row] = []
    for low, high in pairwise(EDGES if tables else ()):
        row = [f"{low:g} – {high:g}"]
        for table in tables.values():
            here = table.filter(pl.col("low") == low)
            row += [
                f"{n:,}: {mean:.3f} → {true:.3f}"
                for n, mean, true in here.select("n", "mean_score", "share_true").rows()
            ] or ["–"]
        rows.append(row)
    return markdown(["score", *tables], rows)


def unique_table(sets: list[Measured]) -> str:
    """Tables without duplicates: each pair found is wrong."""
    rows = []
    for one in sets:
        if one.ours.pairs is not None and not one.has_duplicates:
            counts = [one.ours.pairs.filter(pl.col("score") >= at).height for at in (0.5, 0.9, HIGH)]
            clustered = one.ours.clusters.height if one.ours.clusters is not None else 0
            why_not = str(one.ours.told.get("fallback") or "")
            rows.append(
                [
                    one.dataset.name,
                    f"{one.rows:,}",
                    *(f"{count:,}" for count in counts),
                    f"{clustered:,}",
                    f"no: {why_not}" if why_not else "yes",
                ]
            )
    return markdown(["set", "rows", "pairs ≥ .5", "≥ .9", f"≥ {HIGH}", "records in clusters", "offered"], rows)
