"""Every command is one act of the table, and nobody gives one that is not listed."""

from typing import get_args

import pytest

from hitl_chat.errors import Forbidden
from hitl_chat.runner import commands as do
from hitl_chat.runner.permits import ACTS, permit


def test_every_command_is_an_act() -> None:
    assert ACTS.keys() == set(get_args(do.AnyCommand))


class Launch(do.Command, frozen=True, tag="launch"):
    """A command that nobody listed."""


@pytest.mark.parametrize("role", ["agent", "supervisor", "admin"])
def test_an_unlisted_command_is_nobodys(role: str) -> None:
    with pytest.raises(Forbidden, match="the command launch"):
        permit(role, Launch())


@pytest.mark.parametrize("command", [do.Claim("h", force=True), do.TakeOver("c", force=True)])
def test_force_is_an_act_of_its_own(command: do.Command) -> None:
    permit("supervisor", command)
    with pytest.raises(Forbidden):
        permit("agent", command)
