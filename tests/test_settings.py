"""Settings: defaults, overrides, and what is said about a mistake."""

import re
import subprocess
import sys

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.settings import Settings
from hitl_chat.settings.reading import (
    RESERVED,
    BadSettings,
    from_mapping,
    leaves,
    variable,
)

LOCAL = {"kind": "openai_compatible", "base_url": "http://127.0.0.1:8000/v1"}


def told(mapping: object, environ: dict[str, str] | None = None) -> str:
    def where(path: tuple[str, ...]) -> str:
        return f"hitl-chat.yaml:{len(path)}:1"

    with pytest.raises(BadSettings) as refused:
        from_mapping(mapping, environ or {}, where)
    return str(refused.value)


@pytest.mark.parametrize("nothing", [None, {}])
def test_nothing_given_is_every_default(nothing: object) -> None:
    assert from_mapping(nothing) == Settings()


def test_the_defaults_are_those_of_the_wire_protocol() -> None:
    waits, limits = Settings().waits, Settings().limits
    assert (waits.commit_after, waits.heartbeat, waits.check_frame) == (5, 10, 1.5)
    assert (waits.undo_console, waits.undo_http, waits.takeover_wait, waits.linger) == (
        3,
        0,
        300,
        3,
    )
    assert (waits.deadline_cap, waits.attach_window) == (600, 600)
    assert (waits.orphan_grace, waits.drain, waits.claim_lease) == (60, 30, 30)
    assert (waits.agent_grace, waits.agent_absent, waits.write_timeout) == (30, 120, 20)
    assert (limits.key_rate, limits.body_bytes, limits.headers) == (5000, 4 << 20, 100)


def test_the_file_sets_what_it_names() -> None:
    settings = from_mapping({"waits": {"heartbeat": 2}, "models": {"wick-*": LOCAL}})
    assert settings.waits.heartbeat == 2.0
    assert settings.waits.commit_after == 5.0
    assert settings.models["wick-*"].base_url == "http://127.0.0.1:8000/v1"


def test_the_environment_wins_over_the_file() -> None:
    environ = {
        "HITL_CHAT_LISTEN__PORT": "9000",
        "HITL_CHAT_LOG__TEXT": "true",
        "HITL_CHAT_ON_OVERFLOW": "fallback_text",
        "HITL_CHAT_CORS_ORIGINS": '["https://shop.example"]',
        "HITL_CHAT_MODELS": '{"m": {"kind": "scripted"}}',
        "PATH": "elsewhere",
    }
    settings = from_mapping({"listen": {"port": 1, "host": "0.0.0.0"}}, environ)
    assert (settings.listen.host, settings.listen.port) == ("0.0.0.0", 9000)
    assert settings.log.text is True
    assert settings.on_overflow == "fallback_text"
    assert settings.cors_origins == ("https://shop.example",)
    assert settings.models["m"].kind == "scripted"


COMPANY = {
    "issuer": "https://login.example",
    "client_id": "hitl",
    "secret_env": "HITL_CHAT_OIDC",
    "roles": {"leads": "admin"},
}


def test_who_signs_in_through_a_provider_is_a_list_that_a_variable_can_hold() -> None:
    environ = {"HITL_CHAT_OIDC__ROLES": '{"@example.com": "agent"}', "HITL_CHAT_OIDC": "hunter2"}
    settings = from_mapping({"oidc": COMPANY}, environ)
    assert settings.oidc.roles == {"@example.com": "agent"}
    assert settings.secret_names() == {"HITL_CHAT_OIDC"}
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"lisen": {}}, ["hitl-chat.yaml:1:1", "'lisen'", "did you mean 'listen'?"]),
        ({"listen": {"prot": 1}}, ["hitl-chat.yaml:2:1", "'prot'", "did you mean 'port'?"]),
        ({"listen": {"port": "x"}}, ["hitl-chat.yaml:2:1", "'port' cannot be 'x'"]),
        ({"listen": {"port": 70000}}, ["<= 65535"]),
        ({"listen": {"port": True}}, ["'port' cannot be True"]),
        ({"listen": 5}, ["'listen' is a map of settings, not 5"]),
        ({"listen": {"public_url": "chat.example"}}, ["write an address such as http"]),
        (["listen"], ["the file is a map"]),
        ({1: 2}, ["unknown setting '1'"]),
        ({"waits": {"heartbeat": None}}, ["'heartbeat' cannot be nothing"]),
        ({"waits": {"heartbeat": float("nan")}}, ["'heartbeat' cannot be nan"]),
        ({"waits": {"sweep": 0}}, ["> 0"]),
        ({"waits": {"key_cache": 6}}, ["<= 5"]),
        ({"listen": {"public_url": "https://x:99999"}}, ["'public_url' cannot be", "0-65535"]),
        ({"models": {"m": LOCAL | {"base_url": "http://[::1/v1"}}}, ["Invalid IPv6"]),
        ({"models": {"m": LOCAL | {"base_url": "http://x:80a0/v1"}}}, ["'base_url'", "80a0"]),
        ({"models": {"m": LOCAL | {"base_url": "http://x:0/v1"}}}, ["port 0"]),
        (
            {"models": {"m": LOCAL | {"base_url": "http://x/v1/chat/completions/"}}},
            ["'base_url' cannot be", "leave out '/chat/completions'"],
        ),
        ({"models": {"m": LOCAL | {"base_url": "http://a..b/v1"}}}, ["its host is no name"]),
        ({"models": {"m": LOCAL | {"base_url": "http://b\u00fc/v1"}}}, ["host as xn--"]),
        ({"oidc": COMPANY | {"issuer": "https://[x"}}, ["'issuer' cannot be"]),
        ({"on_overflow": 500}, ["'on_overflow' cannot be 500"]),
        ({"log": {"level": "wraning"}}, ["did you mean 'warning'?"]),
        ({"log": {"text": "yes"}}, ["'text' cannot be 'yes'"]),
        ({"trusted_proxies": ["10.0.0.1/8"]}, ["no network", "10.0.0.0/8"]),
        ({"metrics": {"allow": ["me"]}}, ["'me' is no network"]),
        ({"cors_origins": ["*"]}, ["an origin such as https://shop.example"]),
        ({"cors_origins": ["https://Shop.example"]}, ["in small letters"]),
        ({"trusted_hosts": ["https://a.example"]}, ["'trusted_hosts' cannot be", "without https"]),
        ({"trusted_hosts": ["a.example:8700"]}, ["a host such as chat.example"]),
        ({"trusted_hosts": ["A.example"]}, ["in small letters"]),
        ({"cors_origins": "https://shop.example"}, ["'cors_origins' cannot be"]),
        ({"models": {"m": {}}}, ["'m' needs 'kind': openai_compatible or litellm or scripted"]),
        ({"models": {"m": {"kind": "openai"}}}, ["openai_compatible"]),
        ({"models": {"m": {"kind": "scriptd"}}}, ["did you mean 'scripted'?"]),
        ({"models": {"m": {"kind": "openai_compatible"}}}, ["needs 'base_url', such as http"]),
        ({"models": {"m": LOCAL | {"key_env": "sk-abc"}}}, ["name of an environment variable"]),
        ({"models": ["m"]}, ["'models' is a map"]),
        ({"oidc": {"issuer": "https://a.example"}}, ["with 'issuer', 'client_id' is needed"]),
        ({"oidc": COMPANY | {"issuer": "http://a.example"}}, ["must begin with https://"]),
        ({"oidc": COMPANY | {"roles": {}}}, ["'roles' is needed"]),
        ({"oidc": COMPANY | {"roles": {"leads": "boss"}}}, ["'roles' cannot be"]),
        ({"oidc": COMPANY | {"secret": "x"}}, ["unknown setting 'secret'"]),
    ],
    ids=str,
)
def test_a_mistake_names_the_place_and_the_fix(mapping: object, words: list[str]) -> None:
    sentence = told(mapping)
    assert sentence.startswith("hitl-chat.yaml:")
    for word in words:
        assert word in sentence


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("HITL_CHAT_LISTEN__PROT", "1", "did you mean 'HITL_CHAT_LISTEN__PORT'?"),
        ("HITL_CHAT_LISTEN__PORT", "many", "'port' cannot be 'many'"),
        ("HITL_CHAT_MODELS", "{", "written as JSON"),
        ("HITL_CHAT_CORS_ORIGINS", "https://a.example", "written as JSON"),
        ("HITL_CHAT_WAITS__SWEEP", "-1", "'sweep' cannot be '-1'"),
    ],
)
def test_a_mistake_in_the_environment_names_the_variable(name: str, value: str, words: str) -> None:
    sentence = told({}, {name: value})
    assert f"environment variable {name}" in sentence
    assert words in sentence


@pytest.mark.parametrize("key", ["key", "api_key", "token", "password"])
def test_a_secret_in_the_file_is_refused_and_not_repeated(key: str) -> None:
    sentence = told({"models": {"m": LOCAL | {key: "sk-secret"}}})
    assert "key_env" in sentence
    assert "sk-secret" not in sentence


def test_a_password_in_an_address_is_not_repeated() -> None:
    sentence = told({"models": {"m": LOCAL | {"base_url": "http://me:hunter2@host/v1"}}})
    assert "hunter2" not in sentence


def test_variables_that_others_read_and_that_hold_secrets_are_no_mistake() -> None:
    environ = dict.fromkeys(RESERVED, "x") | {"HITL_CHAT_MY_KEY": "hunter2"}
    settings = from_mapping({"models": {"m": LOCAL | {"key_env": "HITL_CHAT_MY_KEY"}}}, environ)
    assert settings.secret_names() == {"HITL_CHAT_MY_KEY"}
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("listen", "hosts", "address"),
    [
        ({}, ("127.0.0.1", "localhost", "::1"), "http://127.0.0.1:8700"),
        ({"host": "::1"}, ("127.0.0.1", "localhost", "::1"), "http://[::1]:8700"),
        ({"host": "0.0.0.0"}, ("*",), "http://127.0.0.1:8700"),
        (
            {"host": "0.0.0.0", "public_url": "https://chat.example/"},
            ("127.0.0.1", "localhost", "::1", "chat.example"),
            "https://chat.example",
        ),
    ],
)
def test_hosts_and_address_follow_from_where_it_listens(
    listen: dict[str, str], hosts: tuple[str, ...], address: str
) -> None:
    settings = from_mapping({"listen": listen})
    assert (settings.hosts(), settings.address()) == (hosts, address)


def test_named_hosts_are_the_only_ones() -> None:
    for name in ("a.example", "*", "10.0.0.1", "::1"):
        assert from_mapping({"trusted_hosts": [name]}).hosts() == (name,)


def test_every_setting_can_be_overridden() -> None:
    names = [variable(path) for path, _ in leaves()]
    assert len(set(names)) == len(names) > 60
    assert all(re.fullmatch(r"HITL_CHAT_[A-Z_]+", name) for name in names)


JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from([path[0] for path, _ in leaves()]), JSONISH) | JSONISH)
def test_whatever_the_file_holds_the_answer_is_settings_or_one_sentence(mapping: object) -> None:
    read = outcome(mapping)
    if isinstance(read, Settings):
        assert msgspec.convert(msgspec.to_builtins(read), Settings) == read
    else:
        assert read.isprintable()


def outcome(mapping: object) -> Settings | str:
    try:
        return from_mapping(mapping)
    except BadSettings as refused:
        return str(refused)


def test_importing_settings_is_light() -> None:
    heavy = ["yaml", "pydantic", "fastapi", "aiohttp", "sqlalchemy", "asyncio"]
    code = (
        f"import sys, hitl_chat.settings.reading; print([m for m in {heavy} if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
