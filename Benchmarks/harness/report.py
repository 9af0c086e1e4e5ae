"""What a case found: printed, kept as JSON, and made into Markdown."""

import json
import os
import platform
import statistics
from dataclasses import asdict, dataclass, field

from harness.bench import RESULTS
from harness.measure import Run


@dataclass(frozen=True)
class Goal:
    what: str
    asked: str
    seen: float
    is_reached: bool


@dataclass
class Report:
    case: str
    about: str
    rounds: int
    is_quick: bool
    rows: list[dict] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def contestants(self, runs: dict[str, list[Run]], where: str = "") -> None:
        """Takes in what `compete` gave; `where` tells apart several competitions of a case."""
        for name, list_of_runs in runs.items():
            if not list_of_runs:
                continue
            row = {"contestant": name + (f", {where}" if where else ""), "runs": len(list_of_runs)}
            for figure in ("wall", "cpu", "peak"):
                values = [getattr(run, figure) for run in list_of_runs]
                row[figure] = [min(values), statistics.median(values), max(values)]
            self.rows.append(row)
        self._print_rows(self.rows[-len(runs):])

    def at_most(self, what: str, limit: float, seen: float, unit: str = "×") -> None:
        self._goal(Goal(what, f"≤ {number(limit)} {unit}".strip(), seen, seen <= limit), unit)

    def at_least(self, what: str, limit: float, seen: float, unit: str = "×") -> None:
        self._goal(Goal(what, f"≥ {number(limit)} {unit}".strip(), seen, seen >= limit), unit)

    def note(self, text: str) -> None:
        """A figure or a remark without a goal."""
        self.notes.append(text)
        print(f"  {text}", flush=True)

    def save(self) -> None:
        RESULTS.mkdir(parents=True, exist_ok=True)
        content = asdict(self) | {"machine": f"{os.cpu_count()} cores, {platform.release()}"}
        path = RESULTS / f"{self.case}.json"
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")

    def _goal(self, goal: Goal, unit: str) -> None:
        self.goals.append(goal)
        word = "reached" if goal.is_reached else "NOT REACHED"
        seen = f"{number(goal.seen)} {unit}".strip()
        print(f"  {word}: {goal.what}: {seen}, asked {goal.asked}", flush=True)

    @staticmethod
    def _print_rows(rows: list[dict]) -> None:
        width = max((len(row["contestant"]) for row in rows), default=0)
        head = f"  {'':{width}}  {'wall s: min/median/max':>26}  {'CPU s: min/median/max':>26}  peak MiB"
        print(head)
        for row in rows:
            wall, cpu = (" / ".join(f"{x:.3f}" for x in row[key]) for key in ("wall", "cpu"))
            print(f"  {row['contestant']:{width}}  {wall:>26}  {cpu:>26}  {row['peak'][2] / 2**20:8.1f}",
                  flush=True)


def number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
