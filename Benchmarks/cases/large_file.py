"""One large file: how close to the speed of the connection, and in how much memory."""

from pathlib import Path

from harness import clients, colisd, data
from harness.bench import Bench, Skipped
from harness.measure import Contestant, compete, median
from harness.report import Report
from harness.server import HOST, Address, far_away, server

ABOUT = "one file of a million rows (125 MB) at 0 and 40 ms round trip"

CAT = "ssh cat"
SFTP = "sftp get"
FETCH = "colisd-bench fetch"
DRAIN = "colisd --drain"


def contestants(bench: Bench, report: Report, address: Address, drop: Path,
                rows: int) -> list[Contestant]:
    file = data.first_file(drop)
    chosen = [
        Contestant(CAT, lambda folder: clients.ssh_cat(address, file)),
        Contestant(SFTP, lambda folder: clients.sftp_get(address, file, "file")),
        Contestant(DRAIN, lambda folder: [
            str(bench.colisd), "--drain", "--config", str(colisd.configure(folder, address, drop))],
            after=lambda folder, run: colisd.require_rows(folder / colisd.STORE, 1, rows)),
    ]
    try:
        fetch = [str(bench.in_process()), "fetch", "--host", HOST, "--port", str(address.port), "--user",
                 address.user, "--key", str(address.key), "--pin", address.pin, str(file)]
        chosen.append(Contestant(FETCH, lambda folder: fetch))
    except Skipped as reason:
        report.note(f"{FETCH}: {reason}")
    return chosen


def run(bench: Bench, report: Report) -> None:
    rows = bench.size(1_000_000, 100_000)
    drop = data.tracking_files(1, rows)
    with bench.scratch("large-file") as folder, server() as near:
        for milliseconds in (0, 40):
            with far_away(near, milliseconds / 1000) as address:
                runs = compete(contestants(bench, report, address, drop, rows), bench.rounds, folder)
            where = f"{milliseconds} ms"
            report.contestants(runs, where)
            cat = median(runs[CAT], "wall")
            for name in (FETCH, DRAIN):
                if name in runs:
                    report.at_most(f"wall of {name} ÷ {CAT}, {where}", 1.15,
                                   median(runs[name], "wall") / cat)
            peak = max(run.peak for run in runs[DRAIN]) / 2**20
            report.at_most(f"peak memory of {DRAIN}, {where}", 100, peak, "MiB")
            if FETCH in runs:
                peak = max(run.peak for run in runs[FETCH]) / 2**20
                report.at_most(f"peak memory of {FETCH}, {where}", 64, peak, "MiB")
