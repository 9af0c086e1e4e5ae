"""Installs what is missing, and compiles the yardsticks."""

import subprocess
import sys
from pathlib import Path

from harness.bench import CLONE, FOLDER, SOURCES

YARDSTICKS = SOURCES / "yardsticks"
RIVALS = SOURCES / "rivals"
# What each program is compiled of, and what it is linked with.
PROGRAMS = {
    "generate": (["generate.c"], []),
    "parse": (["parse.c"], []),
    "store": (["store.c", "store_dicts.c", "store_hash.c"], ["-lsqlite3"]),
    "delayproxy": (["delayproxy.c"], []),
    "stopwatch": (["stopwatch.c"], []),
    "httpload": (["httpload.c"], ["-lpthread"]),
    "posts": (["posts.c"], ["-lcurl"]),
    "receiver": (["receiver.c"], ["-lpthread"]),
    "sigsuspend.so": (["sigsuspend.c"], ["-shared", "-fPIC"]),
}


def install_packages(lists: list[str]) -> None:
    paths = [str(SOURCES / name) for name in lists]
    subprocess.run([str(CLONE / "packaging" / "install-packages"), *paths], check=True)


def python() -> str:
    """The interpreter with the rivals' libraries."""
    return str(FOLDER / "venv" / "bin" / "python")


def install_venv() -> None:
    """Makes the venv, or makes it anew when the requirements have changed."""
    wanted = (SOURCES / "requirements.txt").read_text()
    mark = FOLDER / "venv" / "installed.txt"
    if mark.exists() and mark.read_text() == wanted:
        return
    print("installing Benchmarks/requirements.txt", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER / "venv")], check=True)
    subprocess.run(
        [python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "-r", str(SOURCES / "requirements.txt")], check=True)
    mark.write_text(wanted)


def yardstick(name: str) -> str:
    """The program, compiled for this machine."""
    return str(_compiled(name, FOLDER / "bin" / name, ["-O3", "-march=native"]))


def portable_yardstick(name: str) -> str:
    """The program for any processor: what valgrind understands, and counts that compare."""
    return str(_compiled(name, FOLDER / "bin" / f"{name}-portable", ["-O3"]))


def _compiled(name: str, program: Path, flags: list[str]) -> Path:
    sources, libraries = PROGRAMS[name]
    newest = max(path.stat().st_mtime for path in YARDSTICKS.iterdir())
    if not program.exists() or program.stat().st_mtime < newest:
        program.parent.mkdir(parents=True, exist_ok=True)
        paths = [str(YARDSTICKS / source) for source in sources]
        command = ["gcc", "-std=gnu11", "-Wall", "-Wextra", *flags, *paths, "-o", str(program)]
        subprocess.run([*command, *libraries], check=True)
    return program
