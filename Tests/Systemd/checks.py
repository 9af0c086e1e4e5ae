"""What operators rely on. Each check's docstring is its line; it returns the figure."""

import json
import re
import shutil
import sqlite3
import time
from contextlib import closing

from installation import SAMPLE_EVENTS, SAMPLE_FILES, SOCKET, STATE, Installation
from machine import Failed, eventually

DRAIN = "colisd-drain.service"
TIMER = "colisd-drain.timer"
UNITS = ("colisd.service", DRAIN, TIMER)


def expect(what: str, is_so: bool, found) -> None:
    if not is_so:
        raise Failed(f"expected: {what}\ngot: {found}")


def installs(it: Installation) -> str:
    """apt installs the package, and nothing starts by itself"""
    it.run("apt-get", "-qq", "-y", "--no-install-recommends", "install", "/root/colisd.deb", within=300)
    for unit in UNITS:
        it.expect(unit, LoadState="loaded", ActiveState="inactive")
    for unit in ("colisd.service", TIMER):
        it.run("systemctl", "is-enabled", unit, expected=1)
    it.set_up_drop()
    it.configure()
    # An answer to a start that fails comes at once, and to one that is tried again as well.
    it.drop_in("quick", "[Service]\nRestartSec=1s\n")
    return f"colisd {it.version('colisd')}, libssh2 {it.version('libssh2-1*')}"


def refuses_configuration(it: Installation) -> str:
    """a wrong configuration: the start fails, READY is not said, no second try"""
    file = it.path("/etc/colisd/colisd.yaml")
    right = file.read_text()
    file.write_text(right.replace("interval: 1s", "intervall: 1s"))
    mark = it.mark()
    it.start(expected=1)
    file.write_text(right)
    it.expect(ActiveState="failed", Result="exit-code", ExecMainStatus="78", NRestarts="0",
              ActiveEnterTimestampMonotonic="0")
    return it.logged(mark, "colisd.yaml:")[0].split("colisd.yaml:")[1][:60]


def becomes_ready(it: Installation) -> str:
    """the start is done when READY was said, with the store open"""
    it.add_contracts()
    # What nothing wants, systemd forgets as soon as it ends, and how it ended.
    it.run("systemctl", "enable", "colisd")
    it.beginning = it.mark()
    it.start()
    # Not before: a start that is done earlier would not have it yet.
    expect("the store is there", it.path(f"{STATE}/colisd.db").exists(), "no store")
    # Where systemd has it, a reload ends when the new rules were read.
    it.expect(ActiveState="active", SubState="running", Type="notify-reload" if it.has_notify_reload() else "notify")
    began, ready = it.show("ExecMainStartTimestampMonotonic", "ActiveEnterTimestampMonotonic")
    return f"{(int(ready) - int(began)) / 1000:.0f} ms"


def ingests(it: Installation) -> str:
    """all files are taken, and StatusText says so"""
    it.events = SAMPLE_EVENTS
    it.wait_for_ingestion(SAMPLE_FILES - 1)
    eventually("the error page is a failed file", lambda: len(it.files("failed")) == 1)
    it.check_events()
    wanted = f"last poll: {SAMPLE_FILES} files listed, 0 ingested, 0 new events"
    eventually(f"StatusText is “{wanted}”", lambda: it.show("StatusText") == [wanted])
    return f"{SAMPLE_EVENTS} events"


def is_quiet(it: Installation) -> str:
    """every line of its log is an event, and a poll with nothing new writes none"""
    lines = it.logged(it.beginning, "")
    other = [line for line in lines if not line.startswith("event=")]
    expect("events only", lines and not other, other)
    mark = it.mark()
    for _ in range(2):
        last = it.status()["last_poll_at"]
        eventually("another poll", lambda: it.status()["last_poll_at"] != last)
    expect("silence", not it.logged(mark, ""), it.logged(mark, ""))
    return f"{len(lines)} lines, then 2 silent polls"


def is_nobody_special(it: Installation) -> str:
    """the process is a user of its own without capabilities, its state nobody else's"""
    status = it.process_status()
    user = it.user()
    expect("the user colisd, a system's", user == it.run("id", "-u", "colisd").strip() and 0 < int(user) < 1000, user)
    expect("no shell", it.run("getent", "passwd", "colisd").strip().endswith("/nologin"), "a shell")
    wanted = {"CapEff": "0000000000000000", "CapBnd": "0000000000000000", "NoNewPrivs": "1", "Seccomp": "2"}
    expect(str(wanted), all(status[name] == value for name, value in wanted.items()), status)
    listed = it.run("find", STATE, "-printf", "%y%m %U %p\n").splitlines()
    expect(f"{STATE}, 0700 and the user's", listed[0] == f"d700 {user} {STATE}", listed[0])
    expect("files, 0600 and the user's", len(listed) > 1 and all(
        line.startswith(f"f600 {user} ") for line in listed[1:]), listed)
    return f"uid {user}, {len(listed) - 1} files 0600"


def answers_its_group(it: Installation) -> str:
    """the socket is the group's: a member asks without root, others are refused, TCP is not listened on"""
    for path, wanted in (("/run/colisd", "directory 750 colisd colisd"), (SOCKET, "socket 660 colisd colisd")):
        found = it.run("stat", "-c", "%F %a %U %G", path).strip()
        expect(f"{path}: {wanted}", found == wanted, found)
    it.run("useradd", "anne")
    it.run("useradd", "marc")
    it.run("adduser", "--quiet", "anne", "colisd")
    for path in ("/healthz", "/readyz", "/api/v1/status"):
        answer = it.asks("anne", path)
        expect(f"200 for a member of the group at {path}", answer.startswith("HTTP/1.1 200 "), answer[:500])
    refusal = it.asks("marc")
    expect("no answer for another account", "Permission denied" in refusal, refusal[:500])
    # The commands ask the daemon where the store may not be read, which is the case here.
    member = ("setpriv", "--reuid=anne", "--regid=anne", "--init-groups")
    stranger = ("setpriv", "--reuid=marc", "--regid=marc", "--init-groups")
    expect("the store is closed to the member", "Permission denied" in
           it.machine.try_run(*member, "cat", f"{STATE}/colisd.db").stderr, "it can be read")
    asked = ("colisd", "parcel", "991122334455", "--json")
    as_root = json.loads(it.run(*asked))
    as_member = json.loads(it.run(*member, *asked))
    expect("the same parcel for a member as for root", as_member == as_root, as_member)
    refused = it.machine.try_run(*stranger, *asked)
    expect("a refusal in one sentence for another account",
           refused.returncode not in (0, 70) and not refused.stdout and len(refused.stderr.splitlines()) == 1,
           (refused.returncode, refused.stdout, refused.stderr))
    # 0A is the state of what listens.
    tcp = [line for name in ("tcp", "tcp6") for line in it.process(f"net/{name}").splitlines()
           if line.split()[3] == "0A" and line.split()[7] == it.user()]
    expect("no TCP", not tcp, tcp)
    return "member 200, stranger refused"


def keeps_the_key(it: Installation) -> str:
    """the key is readable to the service alone, and not in its environment or command line"""
    environment = it.process("environ").split("\0")
    folder = dict(each.split("=", 1) for each in environment if each)["CREDENTIALS_DIRECTORY"]
    inside = ["nsenter", "-t", it.main_pid(), "-m", "setpriv", "--clear-groups"]

    def read(user: str):
        ids = (f"--reuid={user}", f"--regid={user}")
        return it.machine.try_run(*inside, *ids, "cat", f"{folder}/id_ed25519")

    key = it.path("/etc/colisd/id_ed25519").read_text()
    user = it.user()
    expect("the service reads its key", read(user).stdout == key, read(user).stderr)
    for other in ("65534", it.run("id", "-u", "dupont").strip()):
        expect(f"user {other} is refused", "Permission denied" in read(other).stderr, read(other))
    shown = "".join(environment) + it.process("cmdline")
    lines = key.splitlines()
    expect("nothing of the key", not any(line in shown for line in lines), "a line of it")
    return f"{folder}, {len(lines)} lines of the key looked for"


def interrupted(it: Installation, name: str, parcel: int, signal: str) -> tuple[str, str]:
    """Signals the daemon in the middle of a large file; returns its process, and a mark before it."""
    mark = it.mark()
    former = it.main_pid()
    it.drop_large_file(name, parcel)
    eventually("the file is being read", lambda: it.files("ingesting"), 60)
    it.run("kill", f"-{signal}", former)
    unfinished = it.files("ingesting")
    expect("the file was not read to its end", len(unfinished) == 1, unfinished)
    return former, mark


def goes_on(it: Installation, former: str, mark: str, files: int) -> str:
    """After a restart: the file is read again, and each of its events is there once."""
    it.wait_for_restart(former)
    it.wait_for_ingestion(SAMPLE_FILES - 1 + files)
    it.check_events()
    # The file's own line counts as the ledger does: over both readings.
    line = eventually("poll.finished", lambda: it.logged(mark, "event=poll.finished"))[0]
    rows, repeated = (int(re.search(rf"{name}=(\d+)", line)[1]) for name in ("rows", "repeated"))
    expect("what was stored before comes as repeats", 0 < repeated < rows, line)
    return f"{repeated} of {rows} rows were stored before"


def survives_a_hang(it: Installation) -> str:
    """a process that stands still in a file misses the watchdog, gets SIGABRT, and the next goes on"""
    it.drop_in("watchdog", "[Service]\nWatchdogSec=3s\n")
    it.stop()
    it.start()
    former, mark = interrupted(it, "TRK_20260901_080000.csv", 700000000000, "STOP")
    began = time.monotonic()
    end = eventually("systemd ends it", lambda: it.ends(mark))[0]
    seconds = time.monotonic() - began
    expect("killed by SIGABRT", (end["EXIT_CODE"], end["EXIT_STATUS"]) == ("killed", "6"), end["MESSAGE"])
    said = [entry["MESSAGE"] for entry in it.journal(mark, "UNIT", "colisd.service")]
    expect("for the watchdog", any("Watchdog timeout" in line for line in said), said)
    figure = goes_on(it, former, mark, 1)
    it.drop_in("watchdog", None)
    return f"ended after {seconds:.1f} s of 3 s; {figure}"


def survives_a_kill(it: Installation) -> str:
    """a process that is killed in a file is started again, and the next goes on"""
    it.stop()
    it.start()
    former, mark = interrupted(it, "TRK_20260902_080000.csv", 710000000000, "KILL")
    figure = goes_on(it, former, mark, 2)
    it.expect(NRestarts="1")
    return figure


def reloads(it: Installation) -> str:
    """reload takes a new contract, tells of two that claim one account, and refuses a wrong status map and goes on"""
    mark = it.mark()
    it.run("systemctl", "reload", "colisd")
    first = eventually("config.reloaded", lambda: it.logged(mark, "event=config.reloaded"))
    contract = it.path("/etc/colisd/contracts.d/dupont-2.yaml")
    contract.write_text(it.path("/etc/colisd/contracts.d/dupont.yaml").read_text()
                        .replace("id: dupont ", "id: dupont-2 ").replace("EM1806", "EM2806"))
    former = it.main_pid()
    mark = it.mark()
    it.run("systemctl", "reload", "colisd")
    second = eventually("config.reloaded", lambda: it.logged(mark, "event=config.reloaded"))
    counts = [int(re.search(r"contracts=(\d+)", lines[0])[1]) for lines in (first, second)]
    expect("one contract more", counts[1] == counts[0] + 1, counts)
    # Both claim the same account pair, so neither has it.
    contract.write_text(contract.read_text().replace("EM2806", "EM1806"))
    mark = it.mark()
    it.run("systemctl", "reload", "colisd")
    eventually("contract.incomplete", lambda: it.logged(mark, "event=contract.incomplete"))
    statuses = it.path("/etc/colisd/status-map.yaml")
    right = statuses.read_text()
    statuses.write_text(right + "codes: [\n")
    mark = it.mark()
    it.run("systemctl", "reload", "colisd")
    eventually("config.refused", lambda: [
        line for line in it.logged(mark, "event=config.refused") if "stays in force" in line])
    statuses.write_text(right)
    contract.unlink()
    it.expect(ActiveState="active", MainPID=former)
    figure = f"{counts[0]}, then {counts[1]} contracts"
    if it.has_notify_reload():
        # The command returns when the rules were read, with nothing to wait for.
        for wanted in (counts[0] + 1, counts[0]):
            if wanted > counts[0]:
                contract.write_text(it.path("/etc/colisd/contracts.d/dupont.yaml").read_text()
                                    .replace("id: dupont ", "id: dupont-2 ").replace("EM1806", "EM2806"))
            else:
                contract.unlink()
            it.run("systemctl", "reload", "colisd")
            it.expect(ActiveState="active", SubState="running", MainPID=former)
        figure += ", each reload waited for"
    return figure


def watches(it: Installation) -> str:
    """a contract that is written or removed is noticed without a reload, sandbox or not"""
    contract = it.path("/etc/colisd/contracts.d/dupont-3.yaml")
    text = (it.path("/etc/colisd/contracts.d/dupont.yaml").read_text()
            .replace("id: dupont ", "id: dupont-3 ").replace("EM1806", "EM3806"))
    counts = []
    for change in (lambda: contract.write_text(text), contract.unlink):
        mark = it.mark()
        change()
        lines = eventually("config.reloaded", lambda: it.logged(mark, "event=config.reloaded"))
        counts.append(int(re.search(r"contracts=(\d+)", lines[0])[1]))
    expect("one contract less again", counts[1] == counts[0] - 1, counts)
    return f"{counts[0]}, then {counts[1]} contracts"


def stops(it: Installation) -> str:
    """stop ends with 0, within two seconds although somebody follows the events, and leaves a whole store"""
    follower = it.follow()
    began = time.monotonic()
    it.stop()
    seconds = time.monotonic() - began
    it.expect(ActiveState="inactive", Result="success", ExecMainCode="1", ExecMainStatus="0")
    expect("an end within 2 s", seconds < 2, seconds)
    follower.wait(10)  # whose answer has ended, then
    expect("no socket and no folder of it", not it.path("/run/colisd").exists(), "a folder")
    with closing(sqlite3.connect(it.path(f"{STATE}/colisd.db"))) as store:
        found = store.execute("PRAGMA integrity_check").fetchall()
    expect("SQLite finds the store whole", found == [("ok",)], found)
    it.check_events()
    return f"{seconds * 1000:.0f} ms, {it.events} events"


def refuses_a_foreign_host(it: Installation) -> str:
    """another host key: 76, not started again, nobody tried to log in"""
    it.configure(pin=f"SHA256:{'A' * 43}")
    mark = it.mark()
    it.start()  # which is ready before it connects
    eventually("the unit has ended", lambda: it.show("ActiveState") != ["active"])
    it.expect(ActiveState="failed", Result="exit-code", ExecMainStatus="76", NRestarts="0")
    requests = [line for line in it.server_log(mark) if "userauth-request" in line]
    reached = [line for line in it.server_log(mark) if line.startswith("Connection from ")]
    expect("connections and no request to log in", reached and not requests, reached + requests)
    # The same log would have shown one.
    it.configure()
    mark = it.mark()
    it.start()
    eventually("the server's log has a login", lambda: [
        line for line in it.server_log(mark) if "userauth-request for user dupont" in line])
    it.stop()
    return f"{len(reached)} connections, 0 requests to log in"


def uses_rsa(it: Installation) -> str:
    """an RSA key in a credential of its own: a login with libssh2 1.11, before that 77 and no second try"""
    version = it.version("libssh2-1*").split("-")[0]
    has_sha2 = tuple(map(int, version.split(".")[:2])) >= (1, 11)
    it.drop_in("rsa", "[Service]\nLoadCredential=id_rsa:/etc/colisd/id_rsa\n")
    it.configure(key="id_rsa")
    mark = it.mark()
    it.start()
    if has_sha2:
        accepted = eventually("the server takes the key", lambda: [
            line for line in it.server_log(mark) if line.startswith("Accepted publickey for dupont")])
        expect("an RSA key", "RSA SHA256:" in accepted[0], accepted[0])
        it.stop()
    else:
        eventually("the unit has ended", lambda: it.show("ActiveState") != ["active"])
        it.expect(ActiveState="failed", Result="exit-code", ExecMainStatus="77", NRestarts="0")
        expect("the reason", bool(it.logged(mark, "libssh2 1.11 or newer")), it.logged(mark, ""))
    it.drop_in("rsa", None)
    it.configure()
    return f"libssh2 {version}, {'login' if has_sha2 else '77'}"


def reaches_a_hardened_server(it: Installation) -> str:
    """a server of ETM MACs or AEAD ciphers alone: a login with libssh2 1.11, before that an error that says so"""
    version = it.version("libssh2-1*").split("-")[0]
    is_recent = tuple(map(int, version.split(".")[:2])) >= (1, 11)
    figures = []
    for lists in (
        "MACs hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com\nCiphers aes256-ctr",
        "Ciphers aes256-gcm@openssh.com",
        "Ciphers chacha20-poly1305@openssh.com\nMACs hmac-sha2-512-etm@openssh.com",
    ):
        it.harden_server(lists)
        done = it.machine.try_run("colisd", "check", "--connect", "--config", it.root_configuration())
        said = done.stdout + done.stderr
        if is_recent:
            expect("a login", "host key and login are good" in said, said)
        else:
            words = ("in common: the server has ", "libssh2 1.11 or newer here (Debian 13)")
            expect("the reason", all(word in said for word in words), said)
        figures.append("login" if is_recent else "refused")
    it.harden_server(None)
    return f"libssh2 {version}, {', '.join(figures)}"


def drains_by_timer(it: Installation) -> str:
    """the enabled timer is listed with a next time, and starts the drain"""
    it.run("systemctl", "enable", "--now", TIMER)
    listed = it.run("systemctl", "list-timers", "--no-legend")
    line = next((line for line in listed.splitlines() if TIMER in line), "")
    has_time = re.match(r"[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d ", line)
    expect("a next time", has_time is not None, listed)
    it.drop_large_file("TRK_20260904_080000.csv", 730000000000, rows=5000)
    mark = it.mark()
    it.drop_in("often", "[Timer]\nOnCalendar=\nOnCalendar=*:*:0/2\nRandomizedDelaySec=0\n"
               "AccuracySec=1ms\n", TIMER)
    it.run("systemctl", "restart", TIMER)
    eventually("a drain that the timer started", lambda: it.logged(mark, "rows=5000 new=5000 ", DRAIN))
    it.drop_in("often", None, TIMER)
    it.run("systemctl", "restart", TIMER)
    eventually("the last drain has ended", lambda: it.show("ActiveState", unit=DRAIN) == ["inactive"])
    it.check_events()
    return " ".join(line.split()[:4])


def drains(it: Installation) -> str:
    """colisd-drain.service run by hand takes a new file and succeeds"""
    it.drop_large_file("TRK_20260903_080000.csv", 720000000000, rows=5000)
    mark = it.mark()
    it.start(DRAIN)
    it.expect(DRAIN, ActiveState="inactive", Result="success", ExecMainCode="1", ExecMainStatus="0")
    it.check_events()
    line = eventually("drain.finished", lambda: it.logged(mark, "event=drain.finished", DRAIN))[0]
    expect("the file's rows", "files=1 rows=5000 new=5000 " in line, line)
    return re.search(r"rows=\d+ new=\d+", line)[0]


def drains_beside_the_daemon(it: Installation) -> str:
    """a drain beside the daemon ends with 75, which counts as success"""
    it.start()
    it.start(DRAIN)
    it.expect(DRAIN, ActiveState="inactive", Result="success", ExecMainCode="1", ExecMainStatus="75")
    it.expect(ActiveState="active", NRestarts="0")
    it.run("systemctl", "disable", "--now", TIMER)
    return "75"


def is_confined(it: Installation) -> str:
    """systemd-analyze finds an exposure of at most 1.2"""
    figures = []
    for unit in UNITS[:2]:
        text = it.run("systemd-analyze", "security", "--no-pager", "--threshold=12", unit)
        figures.append(re.search(r"exposure level for \S+: ([\d.]+)", text)[1])
    expect("at most 1.2", all(float(figure) <= 1.2 for figure in figures), figures)
    return " and ".join(figures)


def crash(it: Installation, signal: str) -> tuple[str, list[str]]:
    """How the process ended, and the core files that are there after it."""
    mark = it.mark()
    former = it.main_pid()
    it.run("kill", f"-{signal}", former)
    end = eventually("systemd sees the end", lambda: it.ends(mark))[0]
    expect(f"an end by {signal}", end["MESSAGE"].endswith(f"/{signal}"), end["MESSAGE"])
    it.wait_for_restart(former)
    return end["EXIT_CODE"], it.run("find", "/", "-xdev", "-name", "core", "-type", "f", "-size", "+0",
                                     "-newer", "/run/systemd/core-mark").split()


def leaves_no_core(it: Installation) -> str:
    """SIGSEGV and SIGABRT leave no core file, with LimitCORE=0 and without: colisd forbids it itself"""
    pattern = it.run("cat", "/proc/sys/kernel/core_pattern").strip()
    # In its own folder a process could write one.
    here = "[Service]\nWorkingDirectory=/var/lib/colisd\n"
    it.drop_in("crash", here)
    it.run("touch", "/run/systemd/core-mark")
    it.stop()
    it.start()
    it.expect(LimitCORE="0")
    expect("a limit of 0", re.search(r"Max core file size +0 +0 ", it.process("limits")) is not None,
           it.process("limits"))
    for signal in ("SEGV", "ABRT"):
        code, found = crash(it, signal)
        expect("killed, and no core", code == "killed" and not found, (code, found))
    figure = "2 crashes, 0 files"
    if pattern.startswith("core"):  # otherwise cores go elsewhere on this machine
        it.drop_in("crash", here + "LimitCORE=infinity\n")
        it.stop()
        it.start()
        code, found = crash(it, "SEGV")
        expect("killed, and no core", code == "killed" and not found, (code, found))
        figure += "; with LimitCORE=infinity none either"
    it.drop_in("crash", None)
    return figure


def starts_at_boot(it: Installation) -> str:
    """as it is enabled, it ends with the machine and starts with it, and goes on with its store"""
    it.drop_large_file("TRK_20260905_080000.csv", 740000000000, rows=5000)
    it.wait_for_ingestion(SAMPLE_FILES - 1 + 5)
    it.machine.stop()
    it.machine.boot()
    eventually("the daemon is active", lambda: it.show("ActiveState") == ["active"])
    it.expect(NRestarts="0", Result="success")
    eventually("a poll with nothing new", lambda: " 0 ingested" in it.show("StatusText")[0])
    it.check_events()
    return f"{it.events} events"


FORMER = """\
[Service]
Type=notify
NotifyAccess=main
ExecStart=/usr/bin/colisd run --config /etc/colisd/colisd.yaml
DynamicUser=yes
User=colisd
StateDirectory=colisd
StateDirectoryMode=0700
ConfigurationDirectory=colisd
LoadCredential=id_ed25519:/etc/colisd/id_ed25519
UMask=0077
"""


def takes_the_state_over(it: Installation) -> str:
    """an upgrade from the version with a dynamic user: its store is the static user's then, and goes on"""
    it.run("systemctl", "stop", "colisd")
    # The layout that the former version left: a unit and a user that systemd makes up, and the state in
    # /var/lib/private. A former version had no http.
    unit = it.path(it.show("FragmentPath")[0])
    drop_in = unit.parent / "colisd.service.d"
    shutil.rmtree(drop_in, ignore_errors=True)
    unit.write_text(FORMER)
    it.run("systemctl", "daemon-reload")
    it.run("userdel", "colisd")
    it.machine.try_run("groupdel", "colisd")
    configuration = it.path("/etc/colisd/colisd.yaml")
    today = configuration.read_text()
    configuration.write_text("".join(line for line in today.splitlines(True) if not line.startswith("http:")))
    it.start()
    former = it.user()
    expect("a dynamic user", 61184 <= int(former) <= 65519, former)
    expect("its state in /var/lib/private", it.run("readlink", "-f", STATE).strip() == "/var/lib/private/colisd",
           it.run("readlink", "-f", STATE))
    it.check_events()
    configuration.write_text(today)
    # dpkg thinks that it has the former version.
    status = it.path("/var/lib/dpkg/status")
    now = it.version("colisd")
    text = status.read_text()
    status.write_text(text.replace(f"\nVersion: {now}\n", "\nVersion: 0.1.0-1\n", 1)
                      if text.count(f"\nVersion: {now}\n") == 1 else text)
    expect("the former version", it.version("colisd") == "0.1.0-1", it.version("colisd"))
    pid = it.main_pid()
    it.run("dpkg", "-i", "/root/colisd.deb", within=120)
    it.wait_for_restart(pid)
    user = it.user()
    expect("the static user", user == it.run("id", "-u", "colisd").strip() and 0 < int(user) < 1000, user)
    listed = it.run("find", STATE, "-printf", "%y%m %U %p\n").splitlines()
    expect(f"{STATE}, a folder of the static user's", listed[0] == f"d700 {user} {STATE}", listed[0])
    expect("so are its files", all(line.startswith(f"f600 {user} ") for line in listed[1:]), listed)
    expect("nothing in /var/lib/private", not it.path("/var/lib/private/colisd").exists(), "a folder")
    eventually("a good poll", lambda: " 0 ingested" in it.show("StatusText")[0])
    it.check_events()
    return f"uid {former}, then {user}; {it.events} events"


def is_replaced_and_removed(it: Installation) -> str:
    """an upgrade starts the daemon again, a removal stops it, a purge leaves the store"""
    former = it.main_pid()
    it.run("dpkg", "-i", "/root/colisd.deb", within=120)
    it.wait_for_restart(former)
    it.run("apt-get", "-qq", "-y", "purge", "colisd", within=120)
    expect("no unit", it.show("LoadState", "ActiveState") == ["not-found", "inactive"],
           it.show("LoadState", "ActiveState"))
    expect("the store", it.path(f"{STATE}/colisd.db").exists(), "no store")
    return "the store stays"


CHECKS = (
    installs, refuses_configuration, becomes_ready, ingests, is_quiet, is_nobody_special,
    answers_its_group, keeps_the_key,
    survives_a_hang, survives_a_kill, reloads, watches, stops, refuses_a_foreign_host, uses_rsa,
    reaches_a_hardened_server, drains_by_timer, drains, drains_beside_the_daemon, is_confined, leaves_no_core,
    starts_at_boot, takes_the_state_over, is_replaced_and_removed,
)
