"""The `hitl-chat` command: reads the arguments and calls the part that does the work.

Owns exit codes and what is printed. Must not know how anything is done.
"""

import argparse
from collections.abc import Sequence

from hitl_chat import __version__


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(argv)
    status: int = arguments.run(arguments)
    return status


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(
        prog="hitl-chat",
        description="Streams what is safe, holds what is risky for a human agent.",
    )
    root.add_argument("--version", action="version", version=f"hitl-chat {__version__}")
    commands = root.add_subparsers(metavar="COMMAND", required=True)
    demo = commands.add_parser("demo", help="a made-up shop with a scripted model")
    demo.set_defaults(run=_demo)
    return root


def _demo(_arguments: argparse.Namespace) -> int:
    print(f"hitl-chat {__version__}  demo: no network, no API key")
    return 0
