"""Rows from a file in the page cache to typed records, in one process, without its start."""

from harness import clients, data, tools
from harness.bench import Bench, Skipped
from harness.measure import Contestant, Failed, Run, compete, median
from harness.report import Report

ABOUT = "one file of a million rows in the page cache, parsed only"

C_PARSE = "C parse"
UTF8 = "colisd-bench parse"
LATIN1 = "colisd-bench parse, Windows-1252"
QUOTED = "colisd-bench parse, all fields quoted"
PYARROW = "pyarrow, one thread"
PYARROW_ALL = "pyarrow, all threads"


def run(bench: Bench, report: Report) -> None:
    rows = bench.size(1_000_000, 100_000)
    utf8 = data.tracking_files(1, rows)
    latin1 = data.tracking_files(1, rows, is_latin1=True)
    quoted = data.quoted(utf8)

    def complete(folder, run: Run) -> None:
        figures = run.figures()
        if figures["rows"] != rows or figures.get("malformed", 0):
            raise Failed(f"not all of {rows} rows were read: {figures}")

    def parse(name, command) -> Contestant:
        return Contestant(name, lambda folder: command, after=complete, is_inner=True)

    file = str(data.first_file(utf8))
    contestants = [
        parse(C_PARSE, [tools.yardstick("parse"), "1", file]),
        parse(PYARROW, clients.rival("pyarrow_parse", file, "one")),
        parse(PYARROW_ALL, clients.rival("pyarrow_parse", file, "all")),
    ]
    skipped = None
    try:
        contestants += [parse(name, [str(bench.in_process()), "parse", str(data.first_file(folder))])
                        for name, folder in ((UTF8, utf8), (LATIN1, latin1), (QUOTED, quoted))]
    except Skipped as reason:
        skipped = reason
    with bench.scratch("parser") as folder:
        runs = compete(contestants, bench.rounds, folder)
    report.contestants(runs)
    if skipped:
        report.note(f"colisd-bench parse: {skipped}")
        return
    cpu = {name: median(list_of_runs, "cpu") for name, list_of_runs in runs.items()}
    report.at_most("CPU of colisd ÷ C", 1, cpu[UTF8] / cpu[C_PARSE])
    report.at_most("CPU of colisd ÷ pyarrow, one thread", 0.2, cpu[UTF8] / cpu[PYARROW])
    report.at_most("CPU of Windows-1252 ÷ UTF-8", 1.3, cpu[LATIN1] / cpu[UTF8])
    report.at_most("CPU of quoted ÷ unquoted", 1.5, cpu[QUOTED] / cpu[UTF8])
