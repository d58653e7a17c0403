"""Who commands."""

from hitl_chat.core.command import DECIDING, ROLES, Person


def test_only_agents_and_supervisors_decide_holds_and_speak_to_customers() -> None:
    assert DECIDING == ("agent", "supervisor")
    assert set(ROLES) == {*DECIDING, "engineer", "auditor", "admin"}


def test_a_person_without_a_name_is_called_by_their_id() -> None:
    assert Person("ana", "Ana").name == "Ana"
    assert Person("ana").name == "ana"
    assert not Person("ana").supervisor
