"""A throwaway OpenSSH server, and a proxy that moves it far away."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness import tools
from harness.bench import FOLDER
from harness.measure import stop_group

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Address:
    """How a client reaches the server, directly or through a proxy."""

    port: int
    folder: Path  # of keys and client configurations

    user = getpass.getuser()

    def __post_init__(self) -> None:
        host_key = " ".join((self.folder / "host_key.pub").read_text().split()[:2])
        self.known_hosts.write_text(f"[{HOST}]:{self.port} {host_key}\n")
        self.ssh_config.write_text(
            f"Host drop\n  HostName {HOST}\n  Port {self.port}\n  User {self.user}\n"
            f"  IdentityFile {self.key}\n  IdentitiesOnly yes\n"
            f"  UserKnownHostsFile {self.known_hosts}\n  StrictHostKeyChecking yes\n"
            "  BatchMode yes\n  LogLevel ERROR\n")

    @property
    def key(self) -> Path:
        return self.folder / "id_ed25519"

    @property
    def known_hosts(self) -> Path:
        return self.folder / f"known_hosts-{self.port}"

    @property
    def ssh_config(self) -> Path:
        """For `ssh` and `sftp`; the host is called `drop`."""
        return self.folder / f"ssh_config-{self.port}"

    @property
    def pin(self) -> str:
        words = ["ssh-keygen", "-lf", str(self.folder / "host_key.pub")]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()[1]


@contextmanager
def server():
    """Starts the server, gives its address, and ends it."""
    folder = FOLDER / "server"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    for name in ("host_key", "id_ed25519"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)],
                       check=True)
    address = Address(free_port(), folder)
    (folder / "sshd_config").write_text(
        f"Port {address.port}\nListenAddress {HOST}\nHostKey {folder}/host_key\nPidFile none\n"
        f"AuthorizedKeysFile {folder}/id_ed25519.pub\nStrictModes no\nUsePAM no\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
        # Some rivals open many connections at once; the defaults would turn them away.
        "MaxStartups 100\nMaxSessions 100\n"
        "Subsystem sftp internal-sftp\n")
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    with running(["/usr/sbin/sshd", "-D", "-e", "-f", str(folder / "sshd_config")],
                 address.port, folder / "sshd.log"):
        yield address


@contextmanager
def far_away(address: Address, round_trip: float):
    """The same server behind a round trip of so many seconds; 0: as it is."""
    if round_trip == 0:
        yield address
        return
    port = free_port()
    words = [tools.yardstick("delayproxy"), str(port), str(address.port), str(round_trip * 1000 / 2)]
    with running(words, port, address.folder / "proxy.log"):
        yield Address(port, address.folder)


@contextmanager
def running(words: list[str], port: int, log: Path):
    """A server process; it ends with the block, and also if this process is killed."""
    with log.open("ab") as output:
        process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *words],
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                   start_new_session=True)
        try:
            _wait_for(port, process, log)
            yield
        finally:
            stop_group(process)


def _wait_for(port: int, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{process.args[3]} does not listen: {log.read_text(errors='replace')}")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return listener.getsockname()[1]
