"""Results as the tables of docs/performance.md."""

import json

from harness.bench import RESULTS
from harness.report import number


def markdown(order: list[str]) -> str:
    """Two tables of all results that are there, in the order of the cases."""
    results = [json.loads(path.read_text()) for name in order
               if (path := RESULTS / f"{name}.json").exists()]
    lines = ["| case | contestant | wall, s | CPU, s | peak memory, MiB |",
             "|---|---|---:|---:|---:|"]
    for result in results:
        for row in result["rows"]:
            lines.append(f"| {_case(result)} | {row['contestant']} | {_spread(row['wall'])} "
                         f"| {_spread(row['cpu'])} | {row['peak'][2] / 2**20:.0f} |")
    lines += ["", "Median, with the smallest and the largest of the runs in brackets; of peak memory the"
              " largest.", "", "| case | goal | asked | seen | |", "|---|---|---:|---:|---|"]
    for result in results:
        for goal in result["goals"]:
            unit = goal["asked"].split(" ", 2)[2:]
            seen = " ".join([number(goal["seen"]), *unit])
            lines.append(f"| {_case(result)} | {goal['what']} | {goal['asked']} | {seen} "
                         f"| {'reached' if goal['is_reached'] else '**not reached**'} |")
    notes = [f"- {_case(result)}: {note}" for result in results for note in result["notes"]]
    return "\n".join(lines + ["", *notes])


def _case(result: dict) -> str:
    return result["case"] + (" (quick)" if result["is_quick"] else "")


def _spread(values: list[float]) -> str:
    low, middle, high = (f"{x:.3f}" if x < 1 else f"{x:.2f}" for x in values)
    return middle if low == high else f"{middle} ({low}–{high})"
