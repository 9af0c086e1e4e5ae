"""How the public tools are called, tuned as their users would."""

from pathlib import Path
from shlex import quote

from harness import tools
from harness.server import HOST, Address


def ssh(address: Address, remote: str) -> str:
    return f"ssh -F {quote(str(address.ssh_config))} drop {quote(remote)}"


def ssh_tar(address: Address, drop: Path, target: str) -> str:
    """All files of the folder in one stream, unpacked into the target."""
    remote = f"tar -C {quote(str(drop))} -cf - ."
    return f"mkdir -p {quote(target)} && {ssh(address, remote)} | tar -C {quote(target)} -xf -"


def ssh_cat(address: Address, path: Path) -> str:
    return ssh(address, f"cat {quote(str(path))}") + " >/dev/null"


def sftp_get(address: Address, path: Path, target: str) -> list[str]:
    return ["sftp", "-q", "-F", str(address.ssh_config), f"drop:{path}", target]


def rclone_copy(address: Address, drop: Path, target: str) -> str:
    """No hashes, and eight files at once: more are not faster against OpenSSH."""
    remote = (f":sftp,host={HOST},port={address.port},user={address.user},key_file={address.key},"
              f"known_hosts_file={address.known_hosts},shell_type=none,disable_hashcheck=true:{drop}")
    return (f"rclone --config /dev/null copy {quote(remote)} {quote(target)}"
            " --transfers 8 --checkers 8 --ignore-checksum")


def lftp_mirror(address: Address, drop: Path, target: str, parallel: int = 16) -> list[str]:
    program = f"ssh -a -x -F {address.ssh_config}"
    return ["lftp", "-c", f"set sftp:connect-program \"{program}\"; set cmd:fail-exit yes;"
                          f" open sftp://{address.user}:@drop;"
                          f" mirror --parallel={parallel} --no-perms {drop} {target}"]


def rival(name: str, *words) -> str:
    """One of the scripts in rivals/."""
    path = tools.RIVALS / f"{name}.py"
    return " ".join(quote(str(word)) for word in (tools.python(), path, *words))


def store_yardstick(schema: str, database: str, files: str) -> str:
    """The C program in its best configuration."""
    return (f"{quote(tools.yardstick('store'))} {schema} {database} {quote(files)}"
            " --batch 20 --cache 64 --checkpoint 16000")
