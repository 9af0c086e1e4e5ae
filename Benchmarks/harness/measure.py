"""Runs contestants in turn and takes their time, CPU and peak memory."""

import json
import os
import shutil
import signal
import statistics
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from harness import tools

# A list of words, or a line for the shell.
Command = list[str] | str


@dataclass(frozen=True)
class Run:
    wall: float  # seconds
    cpu: float  # user and system, of the command and its children
    peak: int  # bytes
    code: int
    output: str

    def figures(self) -> dict:
        """The last line of the output, which is JSON."""
        return json.loads(self.output.strip().splitlines()[-1])


@dataclass(frozen=True)
class Contestant:
    """What is measured.

    `command` is handed an empty folder; what it does itself is not timed. `after` looks at what the
    run left behind, and may return another Run. `is_inner`: wall and CPU are taken from the JSON line
    that the command prints, so that the start of its process does not count. `is_slow`: it runs once,
    without a warm-up.
    """

    name: str
    command: Callable[[Path], Command]
    after: Callable[[Path, Run], Run | None] = lambda folder, run: None
    is_inner: bool = False
    is_slow: bool = False


class Failed(Exception):
    """A command ended with an unexpected code."""


def measure(command: Command, folder: Path, codes=(0,), limit: float | None = None) -> Run:
    """Runs the command once, in the folder. `limit`: seconds after which it is ended (code 124)."""
    words = command if isinstance(command, list) else ["sh", "-c", command]
    result, output, errors = (folder / name for name in (".measured", ".output", ".errors"))
    result.unlink(missing_ok=True)
    # What earlier runs wrote shall not go to disk during this one.
    os.sync()
    with output.open("wb") as out, errors.open("wb") as err:
        process = subprocess.Popen(
            [tools.yardstick("stopwatch"), str(result), *words], cwd=folder, stdin=subprocess.DEVNULL,
            stdout=out, stderr=err, start_new_session=True)
        try:
            process.wait(timeout=limit)
        except BaseException as error:
            stop_group(process)
            if isinstance(error, subprocess.TimeoutExpired):
                return Run(limit, 0, 0, 124, output.read_text(errors="replace"))
            raise
    taken = json.loads(result.read_text())
    if taken["code"] not in codes:
        end = errors.read_text(errors="replace")[-2000:]
        raise Failed(f"{' '.join(words)}\nended with code {taken['code']}:\n{end}")
    return Run(taken["wall"], taken["user"] + taken["system"], taken["peak_kib"] * 1024, taken["code"],
               output.read_text(errors="replace"))


def stop_group(process: subprocess.Popen) -> None:
    """Ends a process that was started as the leader of a session, and all in its group."""
    if process.poll() is not None:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(timeout=5)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def compete(contestants: list[Contestant], rounds: int, folder: Path) -> dict[str, list[Run]]:
    """Round 0 is the warm-up. Slow contestants have round 1 only."""
    runs: dict[str, list[Run]] = {contestant.name: [] for contestant in contestants}
    for number in range(rounds + 1):
        for contestant in contestants:
            if contestant.is_slow and number != 1:
                continue
            run = run_once(contestant, folder)
            word = f"round {number}" if number else "warm-up"
            print(f"  {word}: {contestant.name}: {run.wall:.3f} s, {run.cpu:.3f} s CPU", flush=True)
            if number:
                runs[contestant.name].append(run)
    return runs


def run_once(contestant: Contestant, folder: Path) -> Run:
    own = folder / "run"
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
    run = measure(contestant.command(own), own)
    if contestant.is_inner:
        figures = run.figures()
        run = replace(run, wall=figures["wall"], cpu=figures["cpu"])
    run = contestant.after(own, run) or run
    shutil.rmtree(own, ignore_errors=True)
    return run


def median(runs: list[Run], what: str) -> float:
    return statistics.median(getattr(run, what) for run in runs)
