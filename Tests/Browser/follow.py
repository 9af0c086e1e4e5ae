#!/usr/bin/env python3
"""Follows events as so many clients, and prints what the first of them sees, until the server closes them all."""

import argparse
import sys
import threading

from raw import Connection, request


def follow(connection: Connection, is_shown: bool) -> None:
    connection.socket.settimeout(None)
    try:
        while part := connection.socket.recv(1 << 16):
            if is_shown:
                # With the marks of the chunks: whoever reads looks for words.
                sys.stdout.write(part.decode(errors="replace"))
                sys.stdout.flush()
    except ConnectionResetError:
        pass


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("url")
parser.add_argument("--after", default="0")
parser.add_argument("--clients", type=int, default=1)
arguments = parser.parse_args()
threads = []
for index in range(arguments.clients):
    client = Connection(arguments.url)
    client.send(request(f"/api/v1/events?follow=1&after={arguments.after}"))
    threads.append(threading.Thread(target=follow, args=(client, index == 0)))
    threads[-1].start()
for thread in threads:
    thread.join()
