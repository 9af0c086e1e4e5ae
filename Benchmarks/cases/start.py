"""What a process costs that has nothing to do, and how large the program is."""

import subprocess
import tempfile
from pathlib import Path

from harness import colisd, data
from harness.bench import CLONE, Bench
from harness.measure import Contestant, compete, measure, median
from harness.report import Report
from harness.server import server

ABOUT = "start of a process, a drain with nothing to do on loopback, size of the program"
FILES = 10
# Short runs vary more, so there are more of them.
TIMES = 4

VERSION = "colisd --version"
DRAIN = "colisd --drain, nothing new"
SFTP = "sftp -b, one ls"


def run(bench: Bench, report: Report) -> None:
    drop = data.tracking_files(FILES, 100)
    with bench.scratch("start") as folder, server() as address:
        drain = [str(bench.colisd), "--drain", "--config", str(colisd.configure(folder, address, drop))]
        measure(drain, folder)
        batch = folder / "batch"
        batch.write_text(f"ls -l {drop}\n")
        runs = compete([
            Contestant(VERSION, lambda own: [str(bench.colisd), "--version"]),
            Contestant(DRAIN, lambda own: drain),
            Contestant(SFTP, lambda own: [
                "sftp", "-q", "-F", str(address.ssh_config), "-b", str(batch), "drop"]),
        ], bench.rounds * TIMES, folder)
    report.contestants(runs)
    report.at_most(f"wall of {VERSION}", 15, median(runs[VERSION], "wall") * 1000, "ms")
    report.at_most(f"wall of {DRAIN} ÷ {SFTP}", 1.3,
                   median(runs[DRAIN], "wall") / median(runs[SFTP], "wall"))
    program = CLONE / ".build-static" / "release" / "colisd"
    if program.exists():
        report.at_most("size of the static program, stripped", 70, stripped_size(program) / 1e6, "MB")
    else:
        report.note("size of the static program: not built: make static")


def stripped_size(program: Path) -> int:
    """The build folder's copy stays as it is."""
    with tempfile.NamedTemporaryFile() as copy:
        subprocess.run(["strip", "-o", copy.name, str(program)], check=True)
        return Path(copy.name).stat().st_size
