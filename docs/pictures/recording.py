"""What the scripts that make pictures of the real program have in common."""
import fcntl
import getpass
import html
import os
import pty
import re
import select
import shutil
import socket
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path


class Terminal:
    """A program on a terminal of its own. What is typed is marked, to be shown in another colour."""

    def __init__(self, words: list[str], folder: Path, columns: int) -> None:
        self.shown = ""
        self.process, self.descriptor = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execv(words[0], words)
        size = struct.pack("HHHH", 60, columns, 0, 0)
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, size)

    def read(self, seconds: float) -> bool:
        """Whether something came."""
        if not select.select([self.descriptor], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.descriptor, 65536)
        except OSError:
            return False
        self.shown += data.decode()
        return bool(data)

    def answer(self, question: str, answer: str) -> None:
        start = len(self.shown)
        deadline = time.monotonic() + 30
        while question not in self.shown[start:]:
            if time.monotonic() > deadline:
                sys.exit(f"no {question!r} in:\n{self.shown}")
            self.read(0.1)
        while self.read(0.2):
            pass
        # The terminal shows it once more.
        os.write(self.descriptor, f"{answer}\n".encode())
        while "\n" not in self.shown[self.shown.rindex(question):]:
            self.read(0.1)
        place = self.shown.rindex(question) + len(question)
        rest = self.shown[place:]
        if answer:
            rest = rest.replace(answer, f"\x01{answer}\x02", 1)
        self.shown = self.shown[:place] + rest

    def end(self) -> int:
        while self.read(5):
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def start_server(folder: Path) -> tuple[subprocess.Popen, int]:
    """An OpenSSH server on 127.0.0.1 with keys of its own; who has id_ed25519 of the folder may log in."""
    for name in "host_key", "id_ed25519":
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "colisd", "-f", folder / name], check=True)
    shutil.copy(folder / "id_ed25519.pub", folder / "authorized_keys")
    port = free_port()
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host_key\nPidFile none\n"
        f"AuthorizedKeysFile {folder}/authorized_keys\nStrictModes no\nUsePAM no\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\nSubsystem sftp internal-sftp\n")
    if os.getuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)
    server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", folder / "sshd_config"], stderr=subprocess.DEVNULL)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server, port
        time.sleep(0.1)
    sys.exit("sshd does not start")


STYLE = """
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #d7dce2; white-space: pre }
.typed { fill: #7ee2a8; font-weight: 600 }
text.line { animation: appear 1ms linear backwards }
@keyframes appear { from { opacity: 0 } }
@media (prefers-reduced-motion: reduce) { text.line { animation: none } }
"""


def wrap(line: str, columns: int) -> list[str]:
    """As a terminal does; marks have no width."""
    lines, width = [""], 0
    for letter in line:
        if letter not in "\x01\x02":
            if width == columns:
                lines.append("")
                width = 0
            width += 1
        lines[-1] += letter
    return lines


def picture(title: str, text: str, columns: int, moves: bool = True) -> str:
    """An SVG of a terminal on which lines appear one after the other, or all stand at once.

    - text: what is typed stands between \\x01 and \\x02.
    """
    # Colours and cursor movements are of the terminal.
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text.replace("\r", ""))
    lines = [part for line in text.rstrip().split("\n") for part in wrap(line, columns)]
    height, width = 19 * len(lines) + 40, 7.83 * columns + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" role="img">',
        f"<title>{html.escape(title)}</title>", f"<style>{STYLE}</style>",
        f'<rect width="{width:.0f}" height="{height}" rx="8" fill="#15191e"/>',
    ]
    moment = 0.0
    for number, line in enumerate(lines):
        # A person types at their own pace; the program answers at once.
        moment += 1.2 if "\x01" in line or line.rstrip().endswith(":") else 0.08
        words = html.escape(line).replace("\x01", '<tspan class="typed">').replace("\x02", "</tspan>")
        parts.append(
            f'<text x="20" y="{19 * number + 32}" xml:space="preserve"'
            + (f' class="line" style="animation-delay:{moment:.2f}s"' if moves else "") + f">{words}</text>")
    return "\n".join([*parts, "</svg>"]) + "\n"


class SampleDrop:
    """Samples/drop on a server of its own, with a configuration that reads it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.configuration = folder / "colisd.yaml"
        samples = Path(__file__).resolve().parents[2] / "Samples"
        for name in "drop", "contracts.d", "secrets":
            shutil.copytree(samples / name, folder / name)
        shutil.copy(samples / "status-map.yaml", folder)
        for secret in (folder / "secrets").iterdir():
            # git does not keep the mode, and colisd refuses what others can read.
            secret.chmod(0o600)
        for file in (folder / "drop").glob("TRK_*"):
            # As if the carrier had written one after the other, when their names say.
            moment = time.mktime(time.strptime(file.name[4:19], "%Y%m%d_%H%M%S"))
            os.utime(file, (moment, moment))

    def __enter__(self) -> "SampleDrop":
        self.server, port = start_server(self.folder)
        key = subprocess.run(["ssh-keygen", "-lf", self.folder / "host_key.pub"],
                             check=True, capture_output=True, text=True)
        self.configuration.write_text(
            f"source:\n  host: 127.0.0.1\n  port: {port}\n  username: {getpass.getuser()}\n"
            f'  private-key: id_ed25519\n  host-keys: ["{key.stdout.split()[1]}"]\n  directory: {self.folder}/drop\n'
            # The last line of one file has no end: it would be read ten minutes later.
            "  grace: 0s\n"
            "status-map: { file: status-map.yaml }\ncontracts: { directory: contracts.d }\n"
            'store: { url: "sqlite:colisd.db" }\n')
        return self

    def __exit__(self, *_: object) -> None:
        self.server.terminate()
        self.server.wait()

    def add(self, text: str) -> None:
        """To the configuration."""
        with self.configuration.open("a") as file:
            file.write(text)

    def drain(self, colisd: str) -> None:
        done = subprocess.run([colisd, "--drain", "--config", self.configuration], capture_output=True, text=True)
        # One file of the samples is no tracking file.
        if done.returncode != 65:
            sys.exit(f"colisd --drain ended with {done.returncode}:\n{done.stderr}")
