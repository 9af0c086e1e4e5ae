"""The package in a machine, set up as an operator does it, with an OpenSSH server beside it as drop."""

import json
import shutil
import subprocess
import threading
from pathlib import Path

from machine import CLONE, Failed, Machine, eventually

SAMPLES = CLONE / "Samples"
STATE = "/var/lib/colisd"
SOCKET = "/run/colisd/http.sock"
# What Samples/README.md says of its drop.
SAMPLE_EVENTS = 60
SAMPLE_FILES = 11

CONFIGURATION = """\
source:
  host: 127.0.0.1
  username: dupont
  private-key: {{ credential: {key} }}
  host-keys: ["{pin}"]
  directory: /srv/drop
  # A sample's last line has no end: that short a wait, and it counts.
  grace: 1s
poll: {{ interval: 1s }}
status-map: {{ file: status-map.yaml }}
contracts: {{ directory: contracts.d }}
store: {{ url: "sqlite:/var/lib/colisd/colisd.db" }}
http: {{ listen: ["unix:/run/colisd/http.sock"] }}
"""

# At this level the server's log has each request to log in.
SERVER = """\
ListenAddress 127.0.0.1
PasswordAuthentication no
LogLevel DEBUG1
Match User dupont
  ForceCommand internal-sftp
"""


class Installation:
    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.run, self.ask = machine.run, machine.ask
        # All events that the store has to have.
        self.events = 0
        # The place in the journal before the first start that succeeds.
        self.beginning = ""

    def path(self, inside: str) -> Path:
        return self.machine.root / inside.lstrip("/")

    # Setting it up

    def set_up_drop(self) -> None:
        self.run("useradd", "--create-home", "dupont")
        self.run("usermod", "-p", "*", "dupont")  # without a password, and not locked
        for kind in ("ed25519", "rsa"):
            self.run("ssh-keygen", "-q", "-t", kind, "-N", "", "-f", f"/etc/colisd/id_{kind}")
        authorized = self.path("/home/dupont/.ssh/authorized_keys")
        authorized.parent.mkdir()
        authorized.write_text("".join(
            self.path(f"/etc/colisd/id_{kind}.pub").read_text() for kind in ("ed25519", "rsa")))
        self.path("/etc/ssh/sshd_config.d/drop.conf").write_text(SERVER)
        self.run("systemctl", "restart", "ssh")
        shutil.copytree(SAMPLES / "drop", self.path("/srv/drop"))

    def configure(self, key: str = "id_ed25519", pin: str | None = None) -> None:
        pin = pin or self.run("ssh-keygen", "-lf", "/etc/ssh/ssh_host_ed25519_key.pub").split()[1]
        self.path("/etc/colisd/colisd.yaml").write_text(CONFIGURATION.format(key=key, pin=pin))

    def root_configuration(self) -> str:
        """The configuration for root, who has no credentials of systemd; its path inside."""
        text = self.path("/etc/colisd/colisd.yaml").read_text()
        other = "/etc/colisd/root.yaml"
        self.path(other).write_text(text.replace("{ credential: id_ed25519 }", "/etc/colisd/id_ed25519"))
        return other

    def harden_server(self, lists: str | None) -> None:
        """Leaves the server these lists of algorithms only; None: all it has."""
        # Read before the other file, whose Match would keep the lists to one user.
        file = self.path("/etc/ssh/sshd_config.d/algorithms.conf")
        if lists is None:
            file.unlink()
        else:
            file.write_text(f"{lists}\n")
        self.run("systemctl", "restart", "ssh")

    def add_contracts(self) -> None:
        shutil.copytree(SAMPLES / "contracts.d", self.path("/etc/colisd/contracts.d"), dirs_exist_ok=True)
        shutil.copytree(SAMPLES / "secrets", self.path("/etc/colisd/secrets"))
        for file in self.path("/etc/colisd/secrets").iterdir():
            file.chmod(0o600)

    def drop_in(self, name: str, text: str | None, unit: str = "colisd.service") -> None:
        """A drop-in as `systemctl edit` makes it; None takes it away."""
        file = self.path(f"/etc/systemd/system/{unit}.d/{name}.conf")
        if text is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        self.run("systemctl", "daemon-reload")

    def drop_large_file(self, name: str, parcel: int, rows: int = 600_000) -> None:
        """A file that takes long enough to be interrupted."""
        source = (SAMPLES / "drop/TRK_20260824_180000.csv").read_text().splitlines()
        head, row = source[0], source[1].replace("991122334455", "{}")
        part = self.path(f"/srv/drop/{name}.part")
        with part.open("w") as file:
            file.write(head + "\n")
            file.writelines(row.format(parcel + each) + "\n" for each in range(rows))
        part.rename(part.with_suffix(""))
        self.events += rows

    def version(self, package: str) -> str:
        # What is known by name only, as libssh2-1 is beside libssh2-1t64, has none.
        return self.ask("dpkg-query", "-W", "-f", "${Version}", package)

    # Units

    def start(self, unit: str = "colisd.service", expected: int = 0) -> None:
        # So many starts in so short a time are the test's.
        self.machine.try_run("systemctl", "reset-failed", unit)
        self.run("systemctl", "start", unit, expected=expected)

    def stop(self) -> None:
        self.run("systemctl", "stop", "colisd.service")

    def show(self, *names: str, unit: str = "colisd.service") -> list[str]:
        lines = self.run("systemctl", "show", unit, "-p", ",".join(names)).splitlines()
        values = dict(line.split("=", 1) for line in lines)
        return [values[name] for name in names]

    def expect(self, unit: str = "colisd.service", **expected: str) -> None:
        found = dict(zip(expected, self.show(*expected, unit=unit)))
        if found != expected:
            raise Failed(f"expected of {unit}: {expected}\ngot: {found}")

    def asks(self, user: str, path: str = "/api/v1/status") -> str:
        """The daemon's answer to a user of this machine, through the socket; the first line is the status."""
        script = (
            "import socket, sys\n"
            "s = socket.socket(socket.AF_UNIX)\n"
            "s.settimeout(20)\n"
            "try:\n"
            f"    s.connect({SOCKET!r})\n"
            "except OSError as error:\n"
            "    sys.exit(error.strerror)\n"
            f"s.sendall(b'GET {path} HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n')\n"
            "answer = b''\n"
            "while part := s.recv(65536):\n"
            "    answer += part\n"
            "print(answer.decode())\n")
        done = self.machine.try_run("setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups",
                                    "python3", "-c", script)
        return done.stdout + done.stderr

    def follow(self) -> subprocess.Popen:
        """Somebody who asks for all events and those that come, until he is ended."""
        follower = subprocess.Popen(
            self.machine.inside("python3", "-u", "-c", (
                "import socket\n"
                "s = socket.socket(socket.AF_UNIX)\n"
                f"s.connect({SOCKET!r})\n"
                "s.sendall(b'GET /api/v1/events?follow=1 HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n')\n"
                "while part := s.recv(65536): print(len(part))\n")),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        # It has its answer, so the daemon has it as a follower.
        if not follower.stdout.readline():
            raise Failed("expected: an answer for a follower of the events\ngot: an end")
        threading.Thread(target=lambda: [None for _ in follower.stdout], daemon=True).start()
        return follower

    def has_notify_reload(self) -> bool:
        return int(self.machine.run("systemctl", "--version").split()[1]) >= 253

    def main_pid(self) -> str:
        return self.show("MainPID")[0]

    def process(self, file: str) -> str:
        """A file of the daemon's folder in /proc."""
        return self.run("cat", f"/proc/{self.main_pid()}/{file}")

    def process_status(self) -> dict:
        lines = self.process("status").splitlines()
        return dict(line.split(":\t", 1) for line in lines if ":\t" in line)

    def user(self) -> str:
        # Not of the folder's owner, which is root: the process forbids itself to be looked into.
        return self.process_status()["Uid"].split()[0]

    def wait_for_restart(self, former: str, within: float = 60) -> None:
        def is_another() -> bool:
            pid, state = self.show("MainPID", "ActiveState")
            return state == "active" and pid not in ("0", former)

        eventually("the daemon is active again, as another process", is_another, within)

    # Logs

    def mark(self) -> str:
        """A place in the journal, to read on from."""
        self.run("journalctl", "--sync")
        return self.run("journalctl", "-n", "0", "--show-cursor").split()[-1]

    def journal(self, mark: str, field: str, *values: str) -> list[dict]:
        """The entries since then of which the field has one of the values."""
        self.run("journalctl", "--sync")
        # Filtered here: with a filter, systemd 252 leaves out the first entry after a cursor.
        entries = map(json.loads, self.run("journalctl", "-o", "json", f"--after-cursor={mark}").splitlines())
        return [entry for entry in entries if entry.get(field) in values]

    def logged(self, mark: str, text: str, unit: str = "colisd.service") -> list[str]:
        """What the unit's processes wrote; not what systemd says of it."""
        entries = self.journal(mark, "_SYSTEMD_UNIT", unit)
        return [entry["MESSAGE"] for entry in entries if text in entry["MESSAGE"]]

    def ends(self, mark: str) -> list[dict]:
        """What systemd says of processes that ended otherwise than with 0."""
        entries = self.journal(mark, "SYSLOG_IDENTIFIER", "systemd")
        return [entry for entry in entries if "EXIT_CODE" in entry]

    def server_log(self, mark: str) -> list[str]:
        entries = self.journal(mark, "SYSLOG_IDENTIFIER", "sshd", "sshd-session", "sshd-auth")
        return [entry["MESSAGE"] for entry in entries]

    # The store

    def files(self, state: str) -> list[dict]:
        return json.loads(self.run("colisd", "files", "--state", state, "--json"))

    def wait_for_ingestion(self, files: int) -> None:
        eventually(f"{files} files are ingested", lambda: len(self.files("ingested")) == files, 90)

    def status(self) -> dict:
        return json.loads(self.run("colisd", "status", "--json"))

    def check_events(self) -> None:
        found = self.status()["events"]
        if found != self.events:
            raise Failed(f"expected {self.events} events in the store, got {found}")
