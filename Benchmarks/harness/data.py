"""Data sets from a seed, made once and kept."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from harness import tools
from harness.bench import FOLDER

DATA = FOLDER / "data"


def tracking_files(files: int, rows: int, seed: int = 1, *, is_latin1: bool = False,
                   in_flight: int | None = None) -> Path:
    """A folder with so many files of so many rows each."""
    name = f"{files}x{rows}-{seed}" + ("-latin1" if is_latin1 else "")
    name += f"-{in_flight}" if in_flight else ""

    def make(folder: Path) -> None:
        words = [tools.yardstick("generate"), str(folder), str(files * rows), str(rows), str(seed)]
        environment = {**os.environ, "W": str(in_flight)} if in_flight else without_window()
        subprocess.run(words + (["latin1"] if is_latin1 else []), check=True, env=environment)

    return _once(name, make)


def files_of_other_parcels(files: int, rows: int, in_flight: int) -> Path:
    """A folder with so many files, none of which has a parcel of another one."""

    def make(folder: Path) -> None:
        folder.mkdir()
        for seed in range(1, files + 1):
            for path in tracking_files(1, rows, seed, in_flight=in_flight).iterdir():
                shutil.copy(path, folder / f"{path.stem}-{seed}{path.suffix}")

    return _once(f"{files}x{rows}-others-{in_flight}", make)


def contracts() -> Path:
    """The contracts whose accounts the files name."""
    return _once("contracts", lambda folder: subprocess.run(
        [tools.yardstick("generate"), "contracts", str(folder)], check=True))


def quoted(source: Path) -> Path:
    """The same files with quotes around every field; the generator's texts have none inside."""

    def make(folder: Path) -> None:
        folder.mkdir()
        for path in source.iterdir():
            with path.open("rb") as lines, (folder / path.name).open("wb") as out:
                out.writelines(
                    b'"' + line.rstrip(b"\n").replace(b";", b'";"') + b'"\n' for line in lines)

    return _once(f"{source.name}-quoted", make)


def with_time_apart(source: Path) -> Path:
    """The same files with the time of day in a column of its own."""

    def make(folder: Path) -> None:
        folder.mkdir()
        for path in source.iterdir():
            header, *rows = path.read_bytes().splitlines(keepends=True)
            header = header.replace(b"StsDate;", b"StsDate;StsTime;")
            place = header.split(b";").index(b"StsDate")
            with (folder / path.name).open("wb") as file:
                file.write(header)
                for row in rows:
                    fields = row.split(b";")
                    fields[place] = fields[place].replace(b"T", b";", 1)
                    file.write(b";".join(fields))

    return _once(f"{source.name}-apart", make)


def without_header(source: Path) -> Path:
    """The same files without their first line."""

    def make(folder: Path) -> None:
        folder.mkdir()
        for path in source.iterdir():
            content = path.read_bytes()
            (folder / path.name).write_bytes(content[content.index(b"\n") + 1:])

    return _once(f"{source.name}-headless", make)


def first_file(folder: Path) -> Path:
    return min(folder.iterdir())


def without_window() -> dict[str, str]:
    """The environment without what would change the generator's output."""
    return {key: value for key, value in os.environ.items() if key != "W"}


def _once(name: str, make: Callable[[Path], object]) -> Path:
    folder, unfinished = DATA / name, DATA / f"{name}.unfinished"
    if not folder.exists():
        print(f"  making data: {name}", flush=True)
        shutil.rmtree(unfinished, ignore_errors=True)
        DATA.mkdir(parents=True, exist_ok=True)
        make(unfinished)
        unfinished.rename(folder)
    return folder
