"""Who commands."""

from hitl_chat.core.command import Person
from hitl_chat.core.roles import MAY


def test_a_person_without_a_name_is_called_by_their_id() -> None:
    assert Person("ana", "Ana").name == "Ana"
    assert Person("ana").name == "ana"


def test_what_a_supervisor_may_more_comes_from_the_table_of_roles() -> None:
    found = {role: Person("p", role=role).supervisor for role in (*MAY, "", "root")}
    assert [role for role, forces in found.items() if forces] == ["supervisor"]
