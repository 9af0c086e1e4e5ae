"""An SFTP server that misbehaves as it is told to; see ScriptedServer.swift for what it can.

Needs Debian's python3-asyncssh. The argument is a file of options, which is read again for each
connection. Prints port and host key's fingerprint once it listens, and ends with standard input.
"""

import asyncio, json, os, random, sys, time
import asyncssh
from asyncssh.packet import String, UInt32
from asyncssh.sftp import (
    FXP_CLOSE, FXP_DATA, FXP_LSTAT, FXP_NAME, FXP_OPEN, FXP_OPENDIR, FXP_READDIR, FXP_STATUS,
    FXP_VERSION,
)

path_of_options = sys.argv[1]
open_sessions = 0
# Whether the last session was ended because it was silent.
was_silent = False


def read_options():
    with open(path_of_options) as file:
        return json.load(file)


def tell(what):
    """A line for the test, which can so be sure that what it is about has happened."""
    print(what, file=sys.stderr, flush=True)


class Server(asyncssh.SSHServer):
    def connection_made(self, connection):
        global open_sessions
        self.options = read_options()
        self.dawdle()
        # Each step is what is taken next; all of them have to be gone through.
        self.steps = [[step] for step in self.options["steps"]] or [self.options["authentication"]]
        connection.send_userauth_success = lambda: self.take_step(connection)
        most = self.options.get("mostSessions")
        if most is not None and open_sessions >= most:
            tell("a session too many")
            if self.options["refusesBy"] == "disconnect":
                connection.abort()
            else:
                # AsyncSSH refuses the channel where nobody would serve it.
                connection._sftp_factory = None
        open_sessions += 1

    def connection_lost(self, error):
        global open_sessions
        open_sessions -= 1

    def dawdle(self):
        time.sleep(self.options["stepTakes"] / 1000)

    def begin_auth(self, username):
        self.dawdle()
        return True

    def take_step(self, connection):
        tell(f"took {self.steps.pop(0)[0]}")
        if not self.steps:
            return asyncssh.SSHServerConnection.send_userauth_success(connection)
        # AsyncSSH knows one step only; that a login goes on is said as it says that one failed.
        connection._auth = None
        connection.send_userauth_failure(True)

    def public_key_auth_supported(self):
        return "publickey" in self.steps[0]

    def validate_public_key(self, username, key):
        return True

    def password_auth_supported(self):
        return "password" in self.steps[0]

    def validate_password(self, username, password):
        self.dawdle()
        return (username, password) == (self.options["username"], self.options["password"])

    def kbdint_auth_supported(self):
        return "keyboard-interactive" in self.steps[0]

    def get_kbdint_challenge(self, username, lang, submethods):
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username, responses):
        return self.validate_password(username, responses[0])


class Files(asyncssh.SFTPServer):
    def __init__(self, channel):
        super().__init__(channel)
        self.options = read_options()
        time.sleep(self.options["stepTakes"] / 1000)
        self.open_files = 0
        self.has_changed = False

    def hang_up(self):
        tell("hung up")
        self.connection.abort()

    def refuse(self, operation):
        if operation in self.options["denies"]:
            tell(f"denied {operation}")
            raise asyncssh.SFTPPermissionDenied("not for you")

    # Directories

    def listdir(self, path):
        self.refuse("list")
        if os.path.basename(path).decode() in self.options["breaksFolders"]:
            raise asyncssh.SFTPFailure("Stale file handle")
        names = super().listdir(path)
        if self.options["hidesAttributes"] == "no":
            return names
        return [asyncssh.SFTPName(name) for name in names]

    # Files

    def open(self, path, pflags, attrs):
        self.refuse("open")
        most = self.options.get("mostOpenFiles")
        if most is not None and self.open_files >= most:
            raise asyncssh.SFTPFailure("too many open files")
        if os.path.basename(path).decode() in self.options["losesAtOpen"]:
            os.unlink(path)
        if self.trouble(path) == "open":
            return asyncio.sleep(3600)
        file = super().open(path, pflags, attrs)
        self.open_files += 1
        return file

    def close(self, file_obj):
        self.open_files -= 1
        super().close(file_obj)

    def trouble(self, path):
        return self.options["troubles"].get(os.path.basename(os.fsdecode(path)))

    async def read(self, file_obj, offset, size):
        self.refuse("read")
        trouble = self.trouble(file_obj.name)
        if trouble == "read":
            await asyncio.sleep(3600)
        if trouble == "hangUp":
            self.hang_up()
        end = offset + size
        if self.options.get("stallsAt") is not None and offset >= self.options["stallsAt"]:
            await asyncio.sleep(3600)
        if self.options.get("hangsUpAt") is not None and end > self.options["hangsUpAt"]:
            self.hang_up()
        if self.options.get("changesAt") is not None and end > self.options["changesAt"]:
            self.change(os.fsdecode(file_obj.name))
        if self.options.get("maximumRead"):
            size = min(size, self.options["maximumRead"])
        return super().read(file_obj, offset, size)

    def change(self, path):
        """What the carrier does to a file that is being read, once in a session."""
        if self.has_changed:
            return
        self.has_changed = True
        tell("changed")
        with open(self.options["changesTo"], "rb") as file:
            content = file.read()
        if self.options["changesBy"] == "replacing":
            with open(path + ".new", "wb") as file:
                file.write(content)
            os.rename(path + ".new", path)
        else:
            mode = {"appending": "ab", "overwriting": "r+b", "truncating": "wb"}
            with open(path, mode[self.options["changesBy"]]) as file:
                file.write(content)
        # Also where the clock of the file system has not moved since it was written.
        os.utime(path, (2_000_000_000, 2_000_000_000))

    def remove(self, path):
        self.refuse("remove")
        return super().remove(path)

    def rename(self, oldpath, newpath):
        self.refuse("rename")
        if self.options["renameReplaces"]:
            tell("renamed")
            return os.replace(self.map_path(oldpath), self.map_path(newpath))
        return super().rename(oldpath, newpath)

    # Attributes

    def shown(self, result, size_error):
        attrs = asyncssh.SFTPAttrs.from_local(result)
        if self.options["hidesSizes"]:
            attrs.size = 0
        elif attrs.permissions & 0o170000 == 0o100000:
            attrs.size += size_error
        if self.options["hidesAttributes"] == "everywhere":
            attrs = asyncssh.SFTPAttrs()
        if self.options["extends"]:
            attrs.extended = [(b"colour@example.net", b"blue"), (b"", bytes(300))]
        return attrs

    def stat(self, path):
        self.refuse("stat")
        return self.shown(super().stat(path), self.options["sizeError"])

    def lstat(self, path):
        self.refuse("stat")
        return self.shown(super().lstat(path), self.options["sizeError"])

    def fstat(self, file_obj):
        return self.shown(super().fstat(file_obj), self.options["openSizeError"])


class Handler(asyncssh.sftp.SFTPServerHandler):
    """What AsyncSSH offers no way to do is done to its packets."""

    # What was asked last, and whether it was the end of a listing.
    asked = None
    has_listed = False

    @property
    def options(self):
        return self._server.options

    async def run(self):
        global was_silent
        self.may_be_silent, was_silent = was_silent, False
        if self.options["extends"]:
            self._extensions = [
                (b"teapot@example.net", b"short and stout"), (b"", b""), (b"x" * 300, bytes(2000)),
            ] + self._extensions
        await super().run()

    async def recv_packet(self):
        global was_silent
        waits = self.has_listed and not self.may_be_silent
        idle = self.options.get("hangsUpAfter") if waits else None
        try:
            return await asyncio.wait_for(super().recv_packet(), idle)
        except asyncio.TimeoutError:
            was_silent = True
            self._server.hang_up()
            raise EOFError

    async def _process_packet(self, pkttype, pktid, packet):
        self.has_listed = (self.asked, pkttype) == (FXP_READDIR, FXP_CLOSE)
        self.asked = pkttype
        if pkttype == FXP_READDIR and self.options["stallsListing"]:
            await asyncio.sleep(3600)
        if pkttype in (FXP_LSTAT, FXP_OPENDIR, FXP_OPEN):
            payload = packet.get_remaining_payload()
            path = payload[4 : 4 + int.from_bytes(payload[:4], "big")]
            above, name = os.path.split(os.fsdecode(path))
            code = self.options["answers"].get(name)
            if code is not None and pkttype != FXP_LSTAT:
                answer = UInt32(code) + String("gone behind") + String("")
                return self.send_packet(FXP_STATUS, pktid, UInt32(pktid), answer)
            folder = name if pkttype == FXP_OPENDIR else os.path.basename(above)
            if folder in self.options["stallsFolders"]:
                tell(f"silent over {folder}")
                await asyncio.sleep(3600)
        await super()._process_packet(pkttype, pktid, packet)

    def send_packet(self, pkttype, pktid, *args):
        giant = {"version": FXP_VERSION, "listing": FXP_NAME, "data": FXP_DATA}
        if giant.get(self.options.get("giantPacket")) == pkttype:
            # Four gigabytes are announced, and some of them sent.
            head = (0xFFFF_FFF0).to_bytes(4, "big") + bytes([pkttype])
            return self._writer.write(head + b"".join(args) + bytes(1 << 20))
        send = super().send_packet
        if self.options["jitter"] and pkttype != FXP_VERSION:
            # AsyncSSH answers one request after the other; here answers overtake one another.
            delay = random.random() * self.options["jitter"] / 1000
            asyncio.get_running_loop().call_later(delay, send, pkttype, pktid, *args)
        else:
            send(pkttype, pktid, *args)


asyncssh.sftp.SFTPServerHandler = Handler


async def relay(reader, writer, trickles_after):
    count = 0
    try:
        while data := await reader.read(65536):
            if trickles_after is not None and count + len(data) > trickles_after:
                for index in range(len(data)):
                    writer.write(data[index : index + 1])
                    await writer.drain()
                    await asyncio.sleep(0.1)
            else:
                writer.write(data)
                await writer.drain()
            count += len(data)
    except (ConnectionError, asyncio.CancelledError):
        pass
    finally:
        writer.close()


async def main():
    key = asyncssh.generate_private_key("ssh-ed25519")
    # Version 3 is all that Debian 12's AsyncSSH speaks; later ones have to be told.
    server = await asyncssh.create_server(
        Server, "127.0.0.1", 0, server_host_keys=[key], sftp_factory=Files,
    )
    port = server.sockets[0].getsockname()[1]
    trickles_after = read_options().get("tricklesAfter")
    if trickles_after is not None:
        inner = port

        async def accept(reader, writer):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", inner)
            await asyncio.gather(
                relay(reader, far_writer, None), relay(far_reader, writer, trickles_after)
            )

        proxy = await asyncio.start_server(accept, "127.0.0.1", 0)
        port = proxy.sockets[0].getsockname()[1]
    print(port, key.get_fingerprint(), flush=True)
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
