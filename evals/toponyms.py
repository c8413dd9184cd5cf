"""How well place names are found and given coordinates.

Run: ``python -m evals.toponyms --data DIR``. On LGL (local news of the USA) and GeoVirus (disease reports).
Found: the span overlaps a gold one. Right: within 161 km (100 miles) of the gold position, as toponym resolution is
usually scored; once among the toponyms found, and once among all.
"""

import math
from typing import Any

from copydesk.stages.extract import extract
from evals.plain import arguments, article, f1, read_rows, report

NEAR = 161.0


def distance(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Kilometres between two positions on a sphere (haversine)."""
    phi, other_phi = math.radians(latitude), math.radians(other_latitude)
    half_phi, half_lambda = (other_phi - phi) / 2, math.radians(other_longitude - longitude) / 2
    chord = math.sin(half_phi) ** 2 + math.cos(phi) * math.cos(other_phi) * math.sin(half_lambda) ** 2
    return 12_742 * math.asin(min(1.0, math.sqrt(chord)))


def evaluate(name: str, rows: list[dict[str, Any]]) -> tuple[dict[str, float], dict[str, int]]:
    wanted = found = exact = overlapping = near = 0
    for row in rows:
        gold = [one for one in row["toponyms"] if one["offset_ok"] and one["lat"] is not None]
        places = [(span, place) for place in extract(article(row["text"])).places for span in place.mentions]
        wanted, found = wanted + len(gold), found + len(places)
        for one in gold:
            hits = [(span, place) for span, place in places if span[0] < one["end"] and one["start"] < span[1]]
            if hits:
                span, place = hits[0]
                overlapping += 1
                exact += span == (one["start"], one["end"])
                kilometres = distance(one["lat"], one["lon"], place.latitude, place.longitude)
                near += kilometres <= NEAR
    figures = {
        f"{name} detection F1": f1(overlapping, found, wanted),
        f"{name} detection F1, exact": f1(exact, found, wanted),
        f"{name} detection recall": overlapping / max(wanted, 1),
        f"{name} within 161 km of found": near / max(overlapping, 1),
        f"{name} within 161 km of all": near / max(wanted, 1),
    }
    return figures, {f"{name} articles": len(rows), f"{name} toponyms": wanted}


def main() -> None:
    options = arguments(__doc__)
    figures: dict[str, float] = {}
    counts: dict[str, int] = {}
    for name in ("lgl", "geovirus"):
        rows = read_rows(options.data / f"toponyms/{name}.jsonl.gz", options.limit)
        some_figures, some_counts = evaluate(name, rows)
        figures |= some_figures
        counts |= some_counts
    report("toponyms", figures, counts)


if __name__ == "__main__":
    main()
