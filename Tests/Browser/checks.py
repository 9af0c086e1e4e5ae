"""What the programs of this folder have in common: arguments, named checks, and how they report."""

import argparse
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]

_checks: dict[str, Callable] = {}


class Wrong(Exception):
    """A promise is not kept: a sentence."""


def expect(condition: object, sentence: str) -> None:
    if not condition:
        raise Wrong(sentence)


def check(function: Callable) -> Callable:
    """Makes a function a check: its name with hyphens."""
    _checks[function.__name__.replace("_", "-")] = function
    return function


def run(about: str, options: Callable[[argparse.ArgumentParser], None] = lambda _: None,
        within: Callable = lambda arguments, body: body(arguments)) -> int:
    """Runs the checks that are named on the command line, or all.

    Each is called with what `within` hands to its body: the arguments, unless something has to be opened
    around all of them.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("url", help="where colisd answers, such as http://127.0.0.1:9464")
    parser.add_argument("checks", nargs="*", metavar="CHECK", help=f"of {', '.join(_checks)}; all without")
    parser.add_argument("--token", help="the value of http.token")
    options(parser)
    arguments = parser.parse_args()
    arguments.url = arguments.url.rstrip("/")
    if unknown := set(arguments.checks) - set(_checks):
        parser.error(f"no such check: {', '.join(sorted(unknown))}; there are {', '.join(_checks)}")
    names = arguments.checks or list(_checks)

    def body(given) -> int:
        failed = 0
        for name in names:
            try:
                _checks[name](given)
                print(f"ok {name}", flush=True)
            except Wrong as wrong:
                failed += 1
                print(f"not ok {name}: {wrong}", file=sys.stderr, flush=True)
            except Exception as error:  # what the libraries raise differs; its place helps
                failed += 1
                own = [frame for frame in traceback.extract_tb(error.__traceback__)
                       if Path(frame.filename).parent == Path(__file__).parent]
                places = ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in own[1:])
                print(f"not ok {name}: {type(error).__name__}: {error} ({places})", file=sys.stderr, flush=True)
        return failed

    return 1 if within(arguments, body) else 0
