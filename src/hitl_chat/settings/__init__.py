"""Everything an operator may set: one frozen `Settings`, read once at start.

Owns names, defaults and bounds; `reading.py` fills it in. Secrets are never in here, only the
names of the environment variables that hold them.
"""

from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised, never bound

Seconds = Annotated[float, Meta(ge=0, le=31_536_000)]
Wait = Annotated[float, Meta(gt=0, le=31_536_000)]
Count = Annotated[int, Meta(ge=1)]
Rate = Annotated[float, Meta(gt=0)]
Word = Annotated[str, Meta(min_length=1)]
Variable = Annotated[
    str,
    Meta(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$", description="the name of an environment variable"),
]
Url = Annotated[
    str,
    Meta(
        pattern=r"^(https?://[^\s/@?#]+(/[^\s@?#]*)?)?$",
        description="an address such as http://127.0.0.1:8000/v1, without user, query or fragment",
    ),
]
Origin = Annotated[
    str,
    Meta(
        pattern=r"^https?://[^\s/@?#*A-Z]+$",
        description="an origin such as https://shop.example, in small letters and without a path",
    ),
]
Host = Annotated[
    str,
    Meta(
        pattern=r"^(\*|[a-z0-9._-]+|[0-9a-f.]*:[0-9a-f:.]+)$",
        description="a host such as chat.example, in small letters, without https:// and port",
    ),
]

Digest = Annotated[
    str, Meta(pattern=r"^([0-9a-f]{64})?$", description="64 hexadecimal digits, as sha256sum says")
]


RoleName = Literal["agent", "supervisor", "engineer", "auditor", "admin"]
Told = Literal[
    "hold.opened",
    "hold.deadline_near",
    "hold.decided",
    "hold.expired",
    "hold.no_agent",
    "hold.escalated",
    "hold.cancelled",
    "hold.undelivered",
    "hold.quarantined",
    "conversation.taken_over",
    "conversation.handed_back",
    "conversation.unattended",
    "turn.corrected",
    "stop_switch",
    "rules.published",
    "rules.refused",
]


class Section(Struct, frozen=True):
    """Base of everything that is a map in the file."""


class Listen(Section, frozen=True):
    """Where the server listens, and the address people use to reach it."""

    host: Word = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8700
    public_url: Url = ""


class Waits(Section, frozen=True):
    """Every wait, in seconds."""

    # the customer's stream
    commit_after: Wait = 5.0
    commit_whole: Wait = 45.0
    heartbeat: Wait = 10.0
    check_frame: Wait = 1.5
    write_timeout: Wait = 20.0
    attach_window: Seconds = 600.0
    orphan_grace: Seconds = 60.0
    # reading a request
    request_head: Wait = 10.0
    request_body: Wait = 30.0
    keep_alive: Wait = 75.0
    # the model
    connect: Wait = 10.0
    first_token: Wait = 120.0
    between_chunks: Wait = 60.0
    whole_answer: Wait = 600.0
    # holds and people
    deadline_cap: Wait = 600.0
    undo_console: Seconds = 3.0
    undo_http: Seconds = 0.0
    recheck: Wait = 10.0
    recheck_grace: Seconds = 15.0
    delivery_grace: Wait = 60.0
    takeover_wait: Wait = 300.0
    linger: Seconds = 3.0
    claim_lease: Wait = 30.0
    agent_grace: Seconds = 30.0
    agent_absent: Seconds = 120.0
    silence: Wait = 3600.0
    # credentials
    key_cache: Annotated[float, Meta(ge=0, le=5)] = 3.0
    ticket: Wait = 30.0
    conversation_token: Wait = 900.0
    sign_in_link: Wait = 86_400.0
    session: Wait = 43_200.0
    session_idle: Wait = 14_400.0
    # the machine room
    sweep: Wait = 1.0
    poll: Wait = 1.0
    record_flush: Wait = 0.2
    checkpoint: Wait = 60.0
    rules_reload: Wait = 1.0
    socket_ping: Wait = 20.0
    webhook: Wait = 10.0
    webhook_keep: Wait = 86_400.0
    drain: Seconds = 30.0


class Limits(Section, frozen=True):
    """How much of anything is accepted."""

    body_bytes: Count = 4 * 1024 * 1024
    small_body_bytes: Count = 256 * 1024
    head_bytes: Count = 32 * 1024
    headers: Count = 100
    answer_characters: Count = 1024 * 1024
    upstream_line_bytes: Count = 1024 * 1024
    upstream_connections: Count = 2000
    key_rate: Rate = 5000.0
    tenant_rate: Rate = 5000.0
    person_rate: Rate = 20.0
    suggestion_rate: Rate = 0.5
    suggestions_at_once: Count = 2
    turns: Count = 10_000
    queued_record_bytes: Count = 64 * 1024 * 1024
    socket_frame_bytes: Count = 64 * 1024
    socket_queue_bytes: Count = 1024 * 1024
    socket_queue_frames: Count = 1000
    socket_commands: Rate = 20.0
    webhook_messages: Count = 10_000


class Log(Section, frozen=True):
    """What is logged, and how. `text: true` also logs what customers and models wrote."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "text"] = "json"
    text: bool = False


class Metrics(Section, frozen=True):
    """Who may read /metrics: these networks, or whoever has the key in `key_env`."""

    allow: tuple[Word, ...] = ("127.0.0.0/8", "::1/128")
    key_env: Variable = ""


class ModelSettings(Section, frozen=True):
    """How to reach one model, or all models whose name matches a pattern."""

    kind: Literal["openai_compatible", "litellm", "scripted"]
    base_url: Url = ""
    model: str = ""
    key_env: Variable = ""
    passthrough_fields: tuple[Word, ...] = ()
    first_token: Wait | None = None
    between_chunks: Wait | None = None


class Embeddings(Section, frozen=True):
    """The model that turns texts into vectors, for checks that compare what texts mean."""

    model: Word = "sentence-transformers/all-MiniLM-L6-v2"
    path: str = ""
    kind: Literal["auto", "light", "onnx", "sentence_transformers"] = "auto"
    quantisation: Literal["fp32", "int8"] = "fp32"
    digest: Digest = ""
    cache: Annotated[int, Meta(ge=0)] = 10_000
    timeout: Wait = 5.0
    waiting: Annotated[int, Meta(ge=8)] = 256


Mode = Literal["pull", "next", "push"]


class Desk(Section, frozen=True):
    """How work comes to people, and how much at once."""

    mode: Mode = "pull"
    tenants: Mapping[Word, Mode] = {}
    capacity: Annotated[int, Meta(ge=1, le=100)] = 5
    ring: Wait = 20.0


class Oidc(Section, frozen=True):
    """An identity provider through which people sign in. `roles` is the list of who may: e-mail
    addresses, @domains and groups, each with its role; the first that fits counts."""

    issuer: Url = ""
    client_id: str = ""
    secret_env: Variable = ""
    label: Word = "your company account"
    tenant: Word = "default"
    scopes: tuple[Word, ...] = ("openid", "email", "profile")
    groups_claim: Word = "groups"
    roles: Mapping[Word, RoleName] = {}


class WebhookSettings(Section, frozen=True):
    """Another program that is told what happens. An address that is a secret comes from a variable;
    `networks` are addresses of its own network that it may have all the same."""

    url: str = ""
    url_env: Variable = ""
    secret_env: Variable = ""
    events: tuple[Told, ...] = (
        "hold.opened",
        "hold.deadline_near",
        "hold.expired",
        "hold.no_agent",
        "conversation.unattended",
        "stop_switch",
    )
    tenant: str = ""
    template: str = ""
    near: Seconds = 15.0
    networks: tuple[Word, ...] = ()
    ports: tuple[Annotated[int, Meta(ge=1, le=65535)], ...] = (443, 8443)


class Settings(Section, frozen=True):
    """The root. docs/configuration.md explains each of them."""

    data: Word = "hitl-chat-data"
    rules: str = ""
    key_file: str = ""
    models: Mapping[str, ModelSettings] = {}
    apology: Word = "I'm sorry, something went wrong. Please try again in a moment."
    on_overflow: Literal[503, "fallback_text"] = 503
    retention_days: Annotated[int, Meta(ge=0)] = 0
    trusted_hosts: tuple[Host, ...] = ()
    trusted_proxies: tuple[Word, ...] = ()
    cors_origins: tuple[Origin, ...] = ()
    listen: Listen = Listen()
    waits: Waits = Waits()
    limits: Limits = Limits()
    embeddings: Embeddings = Embeddings()
    log: Log = Log()
    metrics: Metrics = Metrics()
    desk: Desk = Desk()
    oidc: Oidc = Oidc()
    webhooks: Mapping[Word, WebhookSettings] = {}

    def address(self) -> str:
        """The address people use, without a slash at the end: the start of sign-in links."""
        if self.listen.public_url:
            return self.listen.public_url.rstrip("/")
        host = ANYWHERE.get(self.listen.host, self.listen.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.listen.port}"

    def hosts(self) -> tuple[str, ...]:
        """The Host headers that are answered; ("*",) when nothing says which."""
        if self.trusted_hosts:
            return self.trusted_hosts
        public = urlsplit(self.listen.public_url).hostname
        if public:
            return (*LOOPBACK, public)
        return LOOPBACK if self.listen.host in LOOPBACK else ("*",)

    def secret_names(self) -> frozenset[str]:
        """The environment variables that hold secrets."""
        of_models = (model.key_env for model in self.models.values())
        hooks = self.webhooks.values()
        of_webhooks = (name for hook in hooks for name in (hook.url_env, hook.secret_env))
        named = (self.metrics.key_env, self.oidc.secret_env, *of_models, *of_webhooks)
        return frozenset(filter(None, named))
