"""
Trend or noise: whether a weekly flow says more than chance. Pure functions on arrays, no lake.

A share counts the same old records every week, so tests on it see trends in noise; what is tested is the flow, how many
records entered a bad state of those that could (`flows`). Three rules look at it: has it shifted (`shift`), does it rise or fall
(`slope`), has the share crossed its limit (`level`); `assess` puts them together, `decide` across all series of a report.
"""
