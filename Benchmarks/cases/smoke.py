"""For CI: ratios that hardly vary, against the limits in Benchmarks/limits.json.

Instructions are counted by callgrind, of colisd and of the C yardsticks on the same rows. What either
needs with no row at all is taken off, or the start of the process would hide what a row costs.
"""

import json
from pathlib import Path

from harness import callgrind, colisd, data, tools
from harness.bench import SOURCES, Bench, Skipped
from harness.measure import measure
from harness.report import Report

ABOUT = "instruction counts and bytes an event, against Benchmarks/limits.json"
FILES, ROWS = 10, 5000
# A value so far below its limit deserves a lower one.
SLACK = 0.75

ADVICE = """
  Something costs more than it did. callgrind_annotate on the files in .bench/callgrind/ shows where
  the instructions go; compare with those of the commit before. If the cost is worth what it buys, raise
  the limit in Benchmarks/limits.json in the same commit and say why in its message."""


def run(bench: Bench, report: Report) -> bool:
    limits = json.loads((SOURCES / "limits.json").read_text())
    with bench.scratch("smoke") as folder:
        # A file without rows, alone in a folder.
        empty = folder / "empty"
        empty.mkdir()
        header = data.first_file(data.tracking_files(FILES, ROWS)).open("rb").readline()
        (empty / "TRK_000000.csv").write_bytes(header)
        values = {"bytes an event": bytes_an_event(bench, folder)}
        try:
            values["instructions of colisd-bench ingest ÷ C store"] = stored(bench, folder, empty)
            builtin = parsed(bench, folder, empty)
            values["instructions of colisd-bench parse ÷ C parse"] = builtin / c_parsed(folder, empty)
            for layout in "constants", "joined", "numbers":
                values[f"instructions of parse, {layout} ÷ built-in"] = (
                    parsed(bench, folder, empty, layout) / builtin)
        except Skipped as reason:
            report.note(f"colisd-bench: {reason}")
    for name, value in values.items():
        if name not in limits:
            report.note(f"{name}: {value:.2f}; no limit in Benchmarks/limits.json yet")
            continue
        report.at_most(name, limits[name], value, "")
        if value < limits[name] * SLACK:
            report.note(f"{name}: the limit may be lowered")
    is_fine = all(goal.is_reached for goal in report.goals)
    if not is_fine:
        print(ADVICE, flush=True)
    return is_fine


def bytes_an_event(bench: Bench, folder: Path) -> float:
    """Of a store of 200,000 rows, which ingesting takes a second without valgrind. `colisd` makes groups by time, so
    on a busy machine there are more of them and the store is larger: the least of three."""
    files = [str(path) for path in sorted(data.tracking_files(40, ROWS).iterdir())]
    sizes = []
    for number in range(3):
        own = folder / f"size-{number}"
        own.mkdir()
        measure([str(bench.colisd), "ingest", "--config", str(colisd.configure(own)), *files], own)
        sizes.append(colisd.bytes_per_event(own / colisd.STORE))
    return min(sizes)


def stored(bench: Bench, folder: Path, empty: Path) -> float:
    """All rows in one group: `colisd` itself makes groups by time, and valgrind is slow."""
    program = callgrind.without_debug_information(bench.in_process())
    full = data.tracking_files(FILES, ROWS)

    def ingest(files: Path, name: str) -> int:
        words = [program, "ingest", str(folder / name), *(str(path) for path in sorted(files.iterdir()))]
        return callgrind.instructions(name, words, folder)

    def store(files: Path, name: str) -> int:
        words = [tools.portable_yardstick("store"), "dicts", name, str(files),
                 "--batch", "20", "--cache", "64", "--checkpoint", "16000"]
        return callgrind.instructions("c-store", words, folder)

    return ((ingest(full, "colisd-ingest") - ingest(empty, "colisd-ingest-empty"))
            / (store(full, "full.db") - store(empty, "empty.db")))


def parsed(bench: Bench, folder: Path, empty: Path, layout: str = "names") -> int:
    """Of the same rows, in the form that the layout reads."""
    program = callgrind.without_debug_information(bench.in_process())
    form = {"joined": data.with_time_apart, "numbers": data.without_header}.get(layout, lambda path: path)
    full = data.first_file(form(data.tracking_files(1, FILES * ROWS)))
    without = data.first_file(empty)
    if layout == "joined":
        without = folder / "TRK_joined.csv"
        without.write_bytes(data.first_file(empty).read_bytes().replace(b"StsDate;", b"StsDate;StsTime;"))
    elif layout == "numbers":
        without = folder / "TRK_numbers.csv"
        without.write_bytes(b"")
    words = [program, "parse", "--layout", layout]
    return (callgrind.instructions(f"colisd-parse-{layout}", [*words, str(full)], folder)
            - callgrind.instructions(f"colisd-parse-{layout}-empty", [*words, str(without)], folder))


def c_parsed(folder: Path, empty: Path) -> int:
    full = data.first_file(data.tracking_files(1, FILES * ROWS))
    words = [tools.portable_yardstick("parse"), "1"]
    return (callgrind.instructions("c-parse", [*words, str(full)], folder)
            - callgrind.instructions("c-parse-empty", [*words, str(data.first_file(empty))], folder))
