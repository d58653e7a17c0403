"""hitl-chat demo: hands over to the made-up shop."""

from argparse import Namespace

from hitl_chat import __version__
from hitl_chat.cli.out import say


def run(_arguments: Namespace) -> int:
    say(f"hitl-chat {__version__}  demo: no network, no API key")
    return 0
