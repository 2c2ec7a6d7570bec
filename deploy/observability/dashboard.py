"""Grafana's dashboard, from the table of panels: `make dashboard` writes it."""

import json
import sys
from typing import Any, Final

from deploy.observability.panels import ROWS, Panel

_SOURCE: Final = {"type": "prometheus", "uid": "prometheus"}
#: Grafana's grid is 24 wide.
_NUMBER, _GRAPH = {"w": 4, "h": 4}, {"w": 8, "h": 8}
_GRID_WIDTH: Final = 24


def dashboard() -> dict[str, Any]:
    """As Grafana 9 and later read it."""
    return {
        "uid": "anonymization",
        "title": "Anonymization",
        "tags": ["anonymization"],
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "15s",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {"list": []},
        "annotations": {"list": []},
        "panels": _panels(),
    }


def _panels() -> list[dict[str, Any]]:
    drawn: list[dict[str, Any]] = []
    top = 0
    for row in ROWS:
        drawn.append(
            {
                "id": len(drawn) + 1,
                "type": "row",
                "title": row.title,
                "collapsed": False,
                "gridPos": {"x": 0, "y": top, "w": _GRID_WIDTH, "h": 1},
                "panels": [],
            }
        )
        top, left, height = top + 1, 0, 0
        for panel in row.panels:
            size = _NUMBER if panel.is_number else _GRAPH
            if left + size["w"] > _GRID_WIDTH:
                top, left, height = top + height, 0, 0
            drawn.append({"id": len(drawn) + 1, "gridPos": {"x": left, "y": top, **size}, **_drawn(panel)})
            left, height = left + size["w"], max(height, size["h"])
        top += height
    return drawn


def _drawn(panel: Panel) -> dict[str, Any]:
    stacking = {"mode": "normal" if panel.is_stacked else "none", "group": "A"}
    custom = {"drawStyle": "line", "fillOpacity": 30 if panel.is_stacked else 5, "showPoints": "never"}
    options: dict[str, Any] = {
        "legend": {"showLegend": True, "displayMode": "list", "placement": "bottom"},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    if panel.is_number:
        options = {
            "reduceOptions": {"calcs": ["lastNotNull"], "values": False},
            "colorMode": "value",
            "graphMode": "area",
        }
    return {
        "type": "stat" if panel.is_number else "timeseries",
        "title": panel.title,
        "description": panel.description,
        "datasource": _SOURCE,
        "targets": [
            {
                "refId": chr(ord("A") + place),
                "datasource": _SOURCE,
                "expr": query.expression,
                "legendFormat": query.legend,
            }
            for place, query in enumerate(panel.queries)
        ],
        "fieldConfig": {
            "defaults": {
                "unit": panel.unit,
                "min": 0,
                "custom": {} if panel.is_number else {**custom, "stacking": stacking},
            },
            "overrides": [],
        },
        "options": options,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(dashboard(), indent=1) + "\n")
