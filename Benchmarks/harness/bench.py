"""What a case is handed: where things are, and how large the run shall be."""

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]
SOURCES = CLONE / "Benchmarks"
# Everything that is made stands here.
FOLDER = CLONE / ".bench"
RESULTS = FOLDER / "results"


class Skipped(Exception):
    """A case, or a part of one, cannot run here; the text says why and what to do."""


@dataclass(frozen=True)
class Bench:
    colisd: Path
    colisd_bench: Path
    rounds: int
    is_quick: bool
    # Of rows, for the cases that make a store grow; None: as many as each has by itself.
    millions: int | None = None

    def size(self, full, quick):
        """The first one, or the second one where only the scripts are tried."""
        return quick if self.is_quick else full

    def in_process(self) -> Path:
        """The tool that measures rooms of colisd without a process around each look-up."""
        if not self.colisd_bench.exists():
            raise Skipped("not built: swift build -c release --product colisd-bench")
        return self.colisd_bench

    @contextmanager
    def scratch(self, name: str):
        """An empty folder for a case, removed afterwards."""
        folder = FOLDER / "work" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
