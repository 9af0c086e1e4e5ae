#!/usr/bin/env python3
"""Prints what is answered at a path, and ends with 1 unless it is a 200."""

import argparse
import sys

from client import ask

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("url")
parser.add_argument("path")
parser.add_argument("--token")
arguments = parser.parse_args()
answer = ask(arguments.url, arguments.path, token=arguments.token)
sys.stdout.write(answer.text)
sys.exit(0 if answer.status == 200 else 1)
