"""Who may do what: the whole table, written a second time (row 86)."""

import pytest

from hitl_chat.core.roles import MAY, allow, may
from hitl_chat.errors import Forbidden

ACTS = (
    *("read", "decide", "force", "stop", "direct"),
    *("colleagues", "staff", "people", "rules", "export"),
)
TABLE = """
            read decide force stop direct colleagues staff people rules export
agent       x    x      .     .    .      .          .     .      .     .
supervisor  x    x      x     x    x      x          x     .      .     .
engineer    x    .      .     .    .      .          .     .      x     x
auditor     x    .      .     .    .      x          .     .      .     x
admin       .    .      .     .    .      x          x     x      .     .
root        .    .      .     .    .      .          .     .      .     .
"""
ROWS = {row.split()[0]: row.split()[1:] for row in TABLE.strip().splitlines()[1:]}


@pytest.mark.parametrize("role", ROWS)
@pytest.mark.parametrize("act", ACTS)
def test_each_role_may_do_its_own_and_nothing_else(role: str, act: str) -> None:
    allowed = ROWS[role][ACTS.index(act)] == "x"
    assert may(role, act) is allowed
    if allowed:
        allow(role, act)
    else:
        with pytest.raises(Forbidden) as refused:
            allow(role, act)
        assert refused.value.details == {"act": act, "role": role}


def test_every_role_and_every_act_is_in_the_table() -> None:
    assert {*MAY, "root"} == ROWS.keys()
    assert frozenset().union(*MAY.values()) == {*ACTS}


@pytest.mark.parametrize("role", [*MAY, ""])
def test_what_nobody_thought_of_nobody_may(role: str) -> None:
    assert not may(role, "")
    with pytest.raises(Forbidden, match="nobody may"):
        allow(role, "launch")


def test_a_refusal_says_who_may() -> None:
    with pytest.raises(Forbidden, match=r"supervisors and admins may\.$"):
        allow("agent", "staff")
