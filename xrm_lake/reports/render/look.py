"""The look of reports: colours by day and by night, and the fonts of the reader's own machine."""

from typing import Any

PALETTE = ("#0F766E", "#D97B29", "#4469C9", "#B4476B", "#7A9A2E", "#6D4CC2", "#8A9794")
PALETTE_DARK = ("#3FB5A8", "#F0A04B", "#79A8F0", "#E0829F", "#A9C65B", "#AC93F0", "#93A19D")
INK, INK_DARK = "#2F3E3B", "#C6D2CF"
MUTED, MUTED_DARK = "#66736F", "#93A19C"
GRID, GRID_DARK = "#E3E8E7", "#2C3734"
FONT = "Inter, system-ui, -apple-system, Segoe UI, Roboto, sans-serif"


def config(*, dark: bool = False) -> dict[str, Any]:
    """The Vega-Lite `config` of all charts."""
    palette = PALETTE_DARK if dark else PALETTE
    muted, grid = (MUTED_DARK, GRID_DARK) if dark else (MUTED, GRID)
    return {
        "aria": False,
        "font": FONT,
        "view": {"stroke": None},
        "mark": {"color": palette[0]},
        "range": {"category": list(palette)},
        "axis": {
            "labelColor": INK_DARK if dark else INK,
            "gridColor": grid,
            "domainColor": grid,
            "labelFontSize": 12,
            "domain": False,
            "ticks": False,
        },
        "legend": {
            "orient": "top",
            "labelColor": muted,
            "labelFontSize": 12,
            "symbolType": "square",
            "offset": 8,
        },
    }


def night_css() -> str:
    """Rules that repaint the charts of a page at night; a chart alone keeps its colours of the day."""
    day = (*PALETTE, INK, MUTED, GRID)
    night = (*PALETTE_DARK, INK_DARK, MUTED_DARK, GRID_DARK)
    rules = "".join(
        f'figure [fill="{old}"]{{fill:{new}}}figure [stroke="{old}"]{{stroke:{new}}}\n'
        for old, new in zip(day, night, strict=True)
    )
    return f"@media screen and (prefers-color-scheme: dark) {{\n{rules}}}\n"
