"""Many files over a round trip of 40 ms, where waiting for each file costs the most."""

from pathlib import Path

from harness import clients, colisd, data
from harness.bench import Bench
from harness.measure import Contestant, compete, median
from harness.report import Report
from harness.server import HOST, Address, far_away, server

ABOUT = "200 files of 5,000 rows, and 5,000 files of 200 rows, at 40 ms round trip"
ROUND_TRIP = 0.040

COLISD = "colisd --drain"
TAR = "ssh tar"
ASYNCSSH = "asyncssh, 64 files at once"
LFTP = "lftp mirror, 16 files at once"


def contestants(bench: Bench, address: Address, drop: Path, rows: int) -> list[Contestant]:
    files = len(list(drop.iterdir()))
    return [
        Contestant(COLISD, lambda folder: [
            str(bench.colisd), "--drain", "--config", str(colisd.configure(folder, address, drop))],
            after=lambda folder, run: colisd.require_rows(folder / colisd.STORE, files, files * rows)),
        Contestant(TAR, lambda folder: clients.ssh_tar(address, drop, "files")),
    ]


def others(address: Address, drop: Path) -> list[Contestant]:
    return [
        Contestant(ASYNCSSH, lambda folder: clients.rival(
            "asyncssh_get", HOST, address.port, address.user, address.key, address.known_hosts, drop,
            "files"), is_slow=True),
        Contestant(LFTP, lambda folder: clients.lftp_mirror(address, drop, "files"), is_slow=True),
    ]


def run(bench: Bench, report: Report) -> None:
    large, small = bench.size(200, 20), bench.size(5000, 500)
    with bench.scratch("latency") as folder, server() as near, far_away(near, ROUND_TRIP) as address:
        for files, rows, limit in ((large, 5000, 1.4), (small, 200, 1.8)):
            drop = data.tracking_files(files, rows)
            chosen = contestants(bench, address, drop, rows)
            chosen += others(address, drop) if files == small else []
            runs = compete(chosen, bench.rounds, folder)
            where = f"{files:,} files of {rows:,} rows"
            report.contestants(runs, where)
            report.at_most(f"wall of {COLISD} ÷ {TAR}, {where}", limit,
                           median(runs[COLISD], "wall") / median(runs[TAR], "wall"))
