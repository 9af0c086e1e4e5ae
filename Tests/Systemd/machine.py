"""A Debian in a folder with a systemd of its own: made, started, asked, stopped."""

import ctypes
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]
FOLDER = CLONE / ".systemd"
PR_SET_PDEATHSIG = 1  # sys/prctl.h
PACKAGES = "adduser,dbus,openssh-server,procps,python3-minimal,systemd"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Nothing of the outer shell comes in.
ENVIRONMENT = ["env", "-C", "/", "-i", f"PATH={PATH}", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]


class Failed(Exception):
    """What was expected, and what was seen instead."""


def eventually(what: str, look, within: float = 30):
    """Asks until the answer is true, and returns it."""
    end = time.monotonic() + within
    while not (answer := look()):
        if time.monotonic() > end:
            raise Failed(f"expected within {within:.0f} s: {what}")
        time.sleep(0.05)
    return answer


class Machine:
    def __init__(self, suite: str) -> None:
        self.suite = suite
        self.name = f"colisd-test-{suite}-{os.getpid()}"
        self.base = FOLDER / f"{suite}.base"
        self.root = FOLDER / f"{suite}.{os.getpid()}"
        self.console = FOLDER / f"{suite}.console"
        self.nspawn: subprocess.Popen | None = None
        self.leader = 0

    def __enter__(self) -> "Machine":
        return self

    def __exit__(self, *_) -> None:
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    # Making it

    def prepare(self, package: Path) -> None:
        """A copy of the suite's base, with the package and what it needs lying ready for apt."""
        FOLDER.mkdir(exist_ok=True)
        for folder in FOLDER.glob("*.[0-9]*"):
            if not Path(f"/proc/{folder.suffix[1:]}").exists():  # of a run that was killed
                shutil.rmtree(folder)
        made_of = self.base.with_suffix(".packages")
        if self.base.exists() and (not made_of.exists() or made_of.read_text() != PACKAGES):
            shutil.rmtree(self.base)  # of an older version of this test
        if not self.base.exists():
            self._make_base()
        self._outside("cp", "-a", "--reflink=auto", str(self.base), str(self.root))
        shutil.copy(package, self.root / "root/colisd.deb")
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        fetch = ["chroot", str(self.root), *ENVIRONMENT, "apt-get", "-qq", "-y",
                 "--no-install-recommends", "--download-only", "install", "/root/colisd.deb"]
        if subprocess.run(fetch, capture_output=True).returncode != 0:
            self._outside(*fetch[:fetch.index("apt-get")], "apt-get", "-qq", "update")
            self._outside(*fetch)
        # So that the next run needs no network.
        archives = "var/cache/apt/archives"
        for file in (self.root / archives).glob("*.deb"):
            shutil.copy(file, self.base / archives)

    def _make_base(self) -> None:
        print(f"# debootstrap of {self.suite}, once", flush=True)
        part = self.base.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        self._outside("debootstrap", "--variant=minbase", f"--include={PACKAGES}", self.suite, str(part))
        part.rename(self.base)
        self.base.with_suffix(".packages").write_text(PACKAGES)

    def _outside(self, *words: str) -> None:
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(f"{' '.join(words)}\n{(done.stdout + done.stderr)[-3000:]}")

    # Starting and stopping it

    def boot(self) -> None:
        cgroups = self._cgroups()
        for folder in cgroups:
            folder.mkdir()

        def prepare_process() -> None:
            # A run that is killed cannot stop it; the kernel does then.
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            for folder in cgroups:
                (folder / "cgroup.procs").write_text(str(os.getpid()))

        words = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", f"--machine={self.name}",
                 f"--directory={self.root}", "--boot", "--console=pipe", "--private-network",
                 "--link-journal=no", "--kill-signal=SIGRTMIN+3"]
        with self.console.open("w") as console:
            self.nspawn = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=console, stderr=console,
                env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}, preexec_fn=prepare_process)
        self.leader = eventually("systemd-nspawn has started the root", self._find_leader)
        # "degraded" will do: what fails in a bare root is none of the package's units.
        states = ("running", "degraded")
        eventually("systemd is up", lambda: self.ask("systemctl", "is-system-running") in states, 60)

    def _find_leader(self) -> int:
        if self.nspawn.poll() is not None:
            raise Failed(f"systemd-nspawn ended:\n{self.console.read_text()[-2000:]}")
        for child in Path(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children").read_text().split():
            # A helper of nspawn has the same parent for a moment.
            if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                return int(child)
        return 0

    def _cgroups(self) -> list[Path]:
        """Its place in the hierarchy, or in both where the machine has the old one beside the new."""
        top = Path("/sys/fs/cgroup")
        if (top / "cgroup.controllers").exists():
            return [top / self.name]
        return [top / each / self.name for each in ("systemd", "unified") if (top / each).is_dir()]

    def stop(self) -> None:
        if self.nspawn is None:
            return
        self.nspawn.terminate()  # which is a power-off for what runs inside
        try:
            self.nspawn.wait(60)
        except subprocess.TimeoutExpired:
            self.nspawn.kill()  # and the kernel ends all inside with it
            self.nspawn.wait()
        self.nspawn = None
        for cgroup in self._cgroups():
            for folder, _, _ in os.walk(cgroup, topdown=False):
                try:
                    os.rmdir(folder)
                except OSError as error:
                    print(f"# {folder} stays: {error.strerror}")

    @property
    def is_running(self) -> bool:
        return self.nspawn is not None and self.leader != 0

    # Asking it

    def inside(self, *words: str) -> list[str]:
        """The command that runs another one inside, as root."""
        return ["nsenter", "-t", str(self.leader), "-a", *ENVIRONMENT, *words]

    def try_run(self, *words: str, within: float = 60) -> subprocess.CompletedProcess:
        """Runs a program inside, as root, and returns how it went."""
        try:
            return subprocess.run(self.inside(*words), capture_output=True, text=True, timeout=within)
        except subprocess.TimeoutExpired:
            raise Failed(f"not done within {within:.0f} s: {' '.join(words)}") from None

    def run(self, *words: str, expected: int = 0, within: float = 60) -> str:
        """What it printed; anything but the expected exit code is a failure."""
        done = self.try_run(*words, within=within)
        if done.returncode != expected:
            raise Failed(f"expected exit code {expected}, got {done.returncode}: {' '.join(words)}\n"
                         f"{(done.stdout + done.stderr)[-2000:]}")
        return done.stdout

    def ask(self, *words: str) -> str:
        return self.try_run(*words).stdout.strip()

    def about(self) -> str:
        return f"{self.suite}: systemd {self.run('systemctl', '--version').split()[1]}"

    def tail(self) -> str:
        if not self.is_running:
            return ""
        lines = self.ask("journalctl", "-n", "500", "-o", "short-monotonic", "-u", "colisd*", "-u", "ssh")
        return "\n".join([line for line in lines.splitlines() if "debug1: " not in line][-40:])
