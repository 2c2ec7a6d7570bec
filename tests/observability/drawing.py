"""Draws the dashboard's panels as a page, from answers of Prometheus; no Grafana has a part in it."""

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from deploy.observability.panels import ROWS, Panel

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 460, 190, 46, 18
_COLORS: Final = "#73bf69 #5794f2 #f2cc0c #ff9830 #f2495c #b877d9 #8ab8ff #c8f2c2 #fade2a #ff7383".split()
_STYLE: Final = """
body { margin: 0; padding: 16px; width: 1440px; background: #111217; color: #d8d9da; font: 13px system-ui, sans-serif }
h1 { font-size: 18px; font-weight: 500; margin: 0 0 8px }
h2 { font-size: 13px; font-weight: 500; margin: 14px 0 6px }
.row { display: grid; grid-template-columns: repeat(24, 1fr); gap: 8px }
.panel { background: #181b1f; border: 1px solid #25282d; border-radius: 3px; padding: 8px; grid-column: span 8 }
.number { grid-column: span 4; text-align: center; align-self: start }
.number b { display: block; font-size: 34px; font-weight: 500; color: #73bf69; padding: 8px 0 }
.title { font-weight: 500; padding-bottom: 4px; text-align: left }
.legend { font-size: 11px; color: #9fa3a8; line-height: 1.5; max-height: 33px; overflow: hidden }
.legend i { display: inline-block; width: 12px; height: 3px; margin: 0 4px 3px 10px }
svg { width: 100%; display: block } text { fill: #9fa3a8; font-size: 10px }
"""


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    #: Time and value, in order.
    points: Sequence[tuple[float, float]]


def lines_of(answers: Sequence[tuple[str, Sequence[Mapping[str, Any]]]]) -> list[Line]:
    """`answers`: a query's legend, and what `query_range` gave."""
    found = []
    for legend, series in answers:
        for each in series:
            name = legend
            for label, value in each["metric"].items():
                name = name.replace(f"{{{{{label}}}}}", value)
            points = [(float(at), float(value)) for at, value in each["values"] if value != "NaN"]
            if points:
                found.append(Line(name, points))
    return found


def page(drawn: Mapping[str, Sequence[Line]], start: float, end: float) -> str:
    """HTML of all panels; `drawn`: by the panel's title."""
    rows = []
    for row in ROWS:
        cells = "".join(_cell(panel, drawn[panel.title], start, end) for panel in row.panels)
        rows.append(f'<h2>{html.escape(row.title)}</h2><div class="row">{cells}</div>')
    return f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style><h1>Anonymization</h1>{''.join(rows)}"


def _cell(panel: Panel, lines: Sequence[Line], start: float, end: float) -> str:
    title = f'<div class="title">{html.escape(panel.title)}</div>'
    if panel.is_number:
        last = lines[0].points[-1][1] if lines else math.nan
        return f'<div class="panel number">{title}<b>{_shown(last, panel.unit)}</b></div>'
    stacked = _stacked(lines) if panel.is_stacked else lines
    top = _nice(max((value for line in stacked for _, value in line.points), default=1.0))
    marks = "".join(_mark(top * part / 4, top, panel.unit) for part in range(5))
    # The uppermost first, so that the lower ones lie over it.
    shapes = "".join(
        _shape(line, start, end, top, _COLORS[place % len(_COLORS)], is_filled=panel.is_stacked)
        for place, line in reversed(list(enumerate(stacked)))
    )
    legend = "".join(
        f'<i style="background:{_COLORS[place % len(_COLORS)]}"></i>{html.escape(line.name)}'
        for place, line in enumerate(lines)
    )
    svg = f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}">{marks}{shapes}</svg>'
    return f'<div class="panel">{title}{svg}<div class="legend">{legend}</div></div>'


def _stacked(lines: Sequence[Line]) -> list[Line]:
    below: dict[float, float] = {}
    found = []
    for line in lines:
        points = [(at, below.get(at, 0.0) + value) for at, value in line.points]
        below |= dict(points)
        found.append(Line(line.name, points))
    return found


def _shape(line: Line, start: float, end: float, top: float, color: str, *, is_filled: bool) -> str:
    spots = [(_x(at, start, end), _y(value, top)) for at, value in line.points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    fill = ""
    if is_filled:
        ground = _y(0, top)
        around = f"{spots[0][0]:.1f},{ground} {path} {spots[-1][0]:.1f},{ground}"
        fill = f'<polygon points="{around}" fill="#181b1f"/><polygon points="{around}" fill="{color}" opacity=".35"/>'
    return f'{fill}<polyline points="{path}" fill="none" stroke="{color}" stroke-width="1.4"/>'


def _mark(value: float, top: float, unit: str) -> str:
    y = _y(value, top)
    line = f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#2c3035"/>'
    return f'{line}<text x="{_LEFT - 5}" y="{y + 3:.1f}" text-anchor="end">{_shown(value, unit)}</text>'


def _x(at: float, start: float, end: float) -> float:
    return _LEFT + (_WIDTH - _LEFT) * (at - start) / (end - start)


def _y(value: float, top: float) -> float:
    return 6 + (_HEIGHT - _BOTTOM - 6) * (1 - value / top)


def _nice(value: float) -> float:
    """The next of 1, 2, 4, 8, 10 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 8, 10) if value <= step * power * 1.0001)


def _shown(value: float, unit: str) -> str:
    if math.isnan(value):
        return "-"
    if unit == "bool_yes_no":
        return "Yes" if value else "No"
    if unit == "bytes":
        return f"{value / 2**20:.0f} MiB"
    if unit == "s" and 0 < value < 1:
        return f"{value * 1000:.0f} ms"
    number = f"{value / 1000:.3g} K" if value >= 1000 else f"{value:.3g}"
    return {"s": f"{number} s", "ops": f"{number}/s", "reqps": f"{number}/s"}.get(unit, number)
