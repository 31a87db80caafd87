"""Standing out: where all do alike, the whole is worth a look and no part of it; a part is if it lies apart from the rest."""

from dataclasses import replace
from statistics import median

from xrm_lake.hygiene.decay.figure import Figure

TIMES = 1.5


def standing_out(whole: Figure, parts: list[Figure]) -> list[Figure]:
    """
    The figures of all parts of a split, raised only where they lie apart from the rest.

    Shares of records do if the G-test and the divergence of `homogeneity` say so; other figures if they are
    half as much again as the whole and as the middle one of the parts.
    """
    from xrm_lake.hygiene.decay.homogeneity import each_against_the_rest

    told = [each for each in parts if each.raised is not None]
    if not any(each.raised for each in told):
        return parts
    if all(_counts(each) for each in told):
        counted = [(each.num or 0.0, each.den or 0.0) for each in told]
        apart = each_against_the_rest([[num, den - num] for num, den in counted])
        stands = {each.part: found is not None and found.far for each, found in zip(told, apart, strict=True)}
    else:
        base = max(whole.value or 0.0, median(each.value or 0.0 for each in told))
        stands = {each.part: (each.value or 0.0) >= TIMES * base for each in told}
    return [replace(each, raised=each.raised and stands[each.part]) if each.raised else each for each in parts]


def _counts(figure: Figure) -> bool:
    """Whether a figure is a share of records, and not of an amount or a rate."""
    num, den = figure.num, figure.den
    return num is not None and den is not None and num == int(num) and num <= den and figure.measure != "pushed_twice"
