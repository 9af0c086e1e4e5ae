"""Instructions instead of seconds: they hardly depend on the machine and not on its load."""

import os
import re
import subprocess
from pathlib import Path

from harness import tools
from harness.bench import FOLDER
from harness.measure import Failed

# What callgrind_annotate reads, of the latest run of each name.
OUTPUTS = FOLDER / "callgrind"


def without_debug_information(program: Path) -> str:
    """A copy that valgrind 3.19 can load; what Swift's compiler writes for debuggers, it cannot read."""
    copy = FOLDER / "bin" / f"{program.name}-stripped"
    copy.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["strip", "--strip-debug", "-o", str(copy), str(program)], check=True)
    return str(copy)


def instructions(name: str, command: list[str], folder: Path) -> int:
    """Of the whole process, all threads."""
    OUTPUTS.mkdir(parents=True, exist_ok=True)
    words = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={OUTPUTS / name}.out", *command]
    environment = {**os.environ, "LD_PRELOAD": tools.portable_yardstick("sigsuspend.so")}
    done = subprocess.run(words, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, errors="replace")
    counted = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not counted:
        raise Failed(f"{' '.join(words)}\nended with code {done.returncode}:\n{done.stderr[-2000:]}")
    return int(counted.group(1))
