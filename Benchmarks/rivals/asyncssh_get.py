"""All files of a folder by asyncssh on one connection, 64 at once.

usage: asyncssh_get.py HOST PORT USER KEY KNOWN_HOSTS DIR TARGET
"""

import asyncio
import sys
from pathlib import Path

import asyncssh

AT_ONCE = 64


async def main() -> None:
    host, port, user, key, known_hosts, folder, target = sys.argv[1:]
    Path(target).mkdir(exist_ok=True)
    async with asyncssh.connect(host, int(port), username=user, client_keys=[key],
                                known_hosts=known_hosts, config=None) as connection:
        async with connection.start_sftp_client() as sftp:
            names = [name for name in await sftp.listdir(folder) if not name.startswith(".")]
            turns = asyncio.Semaphore(AT_ONCE)

            async def get(name: str) -> None:
                async with turns, sftp.open(f"{folder}/{name}", "rb") as file:
                    (Path(target) / name).write_bytes(await file.read())

            await asyncio.gather(*(get(name) for name in names))


asyncio.run(main())
