"""What the gate costs a row when there are many contracts."""

from harness.bench import Bench
from harness.measure import measure
from harness.report import Report

ABOUT = "verdicts on rows by 10,000 contracts"


def run(bench: Bench, report: Report) -> None:
    rows = bench.size(5_000_000, 500_000)
    words = [str(bench.in_process()), "gate", "--contracts", "10000", "--rows", str(rows)]
    with bench.scratch("gate") as folder:
        figures = [measure(words, folder).figures()["ns_per_row"] for _ in range(bench.rounds)]
    report.note(f"{min(figures):.1f} to {max(figures):.1f} ns a row")
