"""Signing in with the company's own accounts: made only where the settings name a provider.

The one place that needs the extra `oidc`; without it, a program with a provider does not start.
"""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from hitl_chat.errors import ConfigError, Unauthorized
from hitl_chat.runner import ids
from hitl_chat.server.sessions import Signed
from hitl_chat.settings import Settings
from hitl_chat.telemetry.log import log

if TYPE_CHECKING:
    from hitl_chat.app import Program
    from hitl_chat.server.oidc import Known, Oidc


def check(settings: Settings, environ: Mapping[str, str]) -> None:
    """What would be missing when the first person signs in is said at the start."""
    about = settings.oidc
    if not about.issuer:
        return
    if find_spec("authlib") is None:
        msg = "the setting 'oidc' needs one more package: pip install 'hitl-chat[oidc]'"
        raise ConfigError(msg)
    if not environ.get(about.secret_env):
        msg = f"oidc.secret_env names {about.secret_env!r}, and that variable is empty: set it"
        raise ConfigError(msg)


def company(program: "Program") -> "Oidc":
    from hitl_chat.server.oidc import Oidc
    from hitl_chat.server.provider import Client, Provider

    about = program.settings.oidc
    secret = program.environ[about.secret_env]

    async def find(known: "Known") -> Signed:
        person = await program.register.provided(
            about.tenant, known.subject, known.names, known.role, ids.new("person")
        )
        if person is None:
            msg = "You may not sign in here any more, or your name is a colleague's: ask an admin."
            raise Unauthorized(msg, code="not_listed")
        program.sessions.forget(person.id)
        return person

    return Oidc(
        Provider(Client(about.issuer, about.client_id, secret, about.scopes), program.clock),
        about,
        program.sessions,
        program.clock,
        find=find,
        told=lambda why: log("sign-in refused", level="warning", fields={"why": why}),
        public=program.settings.listen.public_url,
    )
