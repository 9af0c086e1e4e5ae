"""What `retention.raw` costs: the same files drained with and without copies, and one of them given back."""

import filecmp
from pathlib import Path

from harness import colisd, data
from harness.bench import Bench
from harness.measure import Contestant, Failed, Run, compete, measure, median
from harness.report import Report
from harness.server import Address, server

ABOUT = "the drain of files with and without retention.raw, and files raw"

WITHOUT = "colisd --drain"
KEPT = "colisd --drain with retention.raw"
RAW = "colisd files raw"


def run(bench: Bench, report: Report) -> None:
    # Usual files, many small ones, and one of 1 GB.
    for files, rows in ((bench.size(200, 20), 5000), (bench.size(5000, 50), 20),
                        (1, bench.size(8_000_000, 100_000))):
        drop = data.tracking_files(files, rows)
        what = f"{files} files of {rows} rows"
        sizes = {}
        with bench.scratch("copies") as folder, server() as address:
            runs = compete([contestant(bench, name, address, drop, (files, rows), sizes) for name in (WITHOUT, KEPT)],
                           bench.rounds, folder)
            report.contestants(runs, what)
            note(report, what, drop, files, runs, sizes)
            if files == 1:
                give_back(bench, report, folder, address, drop)


def contestant(bench: Bench, name: str, address: Address, drop: Path, shape: tuple[int, int],
               sizes: dict[str, int]) -> Contestant:
    files, rows = shape

    def drained(folder: Path, run: Run) -> None:
        store = folder / colisd.STORE
        colisd.require_rows(store, files, files * rows)
        colisd.bytes_per_event(store)
        sizes[name] = store.stat().st_size

    return Contestant(name, lambda folder: [
        str(bench.colisd), "--drain", "--config", str(configure(folder, address, drop, name == KEPT))],
        after=drained, is_slow=files == 1)


def configure(folder: Path, address: Address, drop: Path, keeps: bool) -> Path:
    path = colisd.configure(folder, address, drop)
    if keeps:
        path.write_text(path.read_text() + "retention: { raw: 30d }\n")
    return path


def note(report: Report, what: str, drop: Path, files: int, runs: dict[str, list[Run]],
         sizes: dict[str, int]) -> None:
    fetched = sum(file.stat().st_size for file in drop.iterdir())
    more = (median(runs[KEPT], "cpu") - median(runs[WITHOUT], "cpu")) / files
    space = sizes[KEPT] - sizes[WITHOUT]
    wall = median(runs[KEPT], "wall") / median(runs[WITHOUT], "wall")
    report.note(f"{what}: a copy costs {more * 1000:.2f} ms of CPU and {space / files / 1024:.1f} KiB per file, "
                f"{space / fetched:.2f} of the fetched bytes; wall {wall:.2f} times that without copies")
    report.at_most(f"peak memory with copies, {what}", 100, max(run.peak for run in runs[KEPT]) / 2**20, "MiB")


def give_back(bench: Bench, report: Report, folder: Path, address: Address, drop: Path) -> None:
    """One file of 1 GB, compared with the one in the drop."""
    file = data.first_file(drop)
    own = folder / "kept"
    own.mkdir()
    config = str(configure(own, address, drop, True))

    def same(place: Path, run: Run) -> None:
        if not filecmp.cmp(place / "out", file, shallow=False):
            raise Failed("files raw gave other bytes than were fetched")

    if measure([str(bench.colisd), "--drain", "--config", config], own).code:
        raise Failed("the drain before files raw failed")
    runs = compete([Contestant(RAW, lambda place: [
        str(bench.colisd), "files", "raw", file.name, "--output", str(place / "out"), "--config", config],
        after=same)], bench.rounds, folder)
    report.contestants(runs)
    report.at_most(f"peak memory of {RAW}", 100, max(run.peak for run in runs[RAW]) / 2**20, "MiB")
