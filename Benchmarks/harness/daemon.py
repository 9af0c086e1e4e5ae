"""colisd as the daemon, watched from outside."""

import json
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.measure import Failed, stop_group


@dataclass(frozen=True)
class Daemon:
    process: subprocess.Popen
    log: Path

    def cpu(self) -> float:
        """Seconds that the process has computed, to the nanosecond; /proc/PID/stat has hundredths."""
        # The kernel's clock of another process has this number (CPUCLOCK_SCHED of linux/posix-timers.h).
        return time.clock_gettime(~self.process.pid << 3 | 2)

    def memory(self, key: str) -> int:
        """Bytes; VmRSS: now, VmHWM: at most so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split(f"{key}:")[1].split()[0]) * 1024

    def polls(self) -> int:
        lines = self.log.read_text().splitlines()
        return sum(json.loads(line).get("event") == "poll.finished" for line in lines
                   if line.endswith("}"))

    def wait_for_polls(self, count: int, limit: float) -> None:
        deadline = time.monotonic() + limit
        while self.polls() < count:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"the daemon did not poll {count} times: {self.log.read_text()[-2000:]}")
            time.sleep(0.05)


@contextmanager
def daemon(colisd: Path, config: Path):
    """Starts it and ends it. The configuration has log level debug, or polls cannot be counted."""
    log = config.with_suffix(".log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", str(colisd), "run", "--config", str(config)],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
        try:
            yield Daemon(process, log)
        finally:
            stop_group(process)
