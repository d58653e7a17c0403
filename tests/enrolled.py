"""Rows for the people who act in tests: whoever decides has signed in, so the store knows them."""

from sqlalchemy import Connection

from hitl_chat.runner.asides import SCRIPT
from hitl_chat.runner.orders import Agent
from hitl_chat.store.dialect import insert_new
from hitl_chat.store.schema import person


def enrol(conn: Connection, *people: Agent) -> None:
    """Nothing is told of it, and who is there already stays as they are; keys have no row."""
    for who in people:
        if not who.person.id.startswith(SCRIPT):
            names = {"id": who.person.id, "tenant": who.tenant, "name": who.person.id}
            able = {"role": who.person.role, "skills": "[]", "languages": "[]", "capacity": 0}
            nothing = {"password": None, "subject": None, "revoked_at": None}
            insert_new(conn, person, {**names, **able, **nothing, "created_at": 0.0})
