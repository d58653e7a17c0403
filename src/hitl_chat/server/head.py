"""What a request's head must look like before anything else reads it.

Owns framing, the Host header, paths and where a request really comes from. Everything here is
decided on the ASGI scope; what never becomes a scope is `protocol.py`'s.
"""

import ipaddress
import re

from hitl_chat.core.types import Value
from hitl_chat.errors import BadRequest, HitlError, NotFound, TooLarge
from hitl_chat.server.body import too_large
from hitl_chat.server.errors import BadMediaType, HeadTooLarge, Scope

# A name, an IPv4 address or an IPv6 address in brackets, and perhaps a port.
HOST = re.compile(rb"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")
DIGITS = re.compile(rb"[0-9]{1,18}")
ODD = re.compile(r"[\x00-\x1f\x7f\\]|(^|/)\.\.?(/|$)")
FORWARDED = frozenset({b"forwarded", b"x-forwarded-for", b"x-real-ip", b"via"})

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
FRAMING = frozenset({b"host", b"content-length", b"transfer-encoding", b"content-encoding"})


class HeadLimits(Value, frozen=True):
    """How much head is accepted, and for which Host headers ("*": any)."""

    headers: int = 100
    bytes: int = 32 * 1024
    hosts: tuple[str, ...] = ("*",)


def faults(scope: Scope, limits: HeadLimits) -> HitlError | None:
    """The first thing wrong with the head, or None."""
    given: dict[bytes, list[bytes]] = {}
    size = len(scope.get("raw_path", b"")) + len(scope["query_string"])
    for name, value in scope["headers"]:
        size += len(name) + len(value) + 4
        if name in FRAMING:
            given.setdefault(name, []).append(value)
    if len(scope["headers"]) > limits.headers or size > limits.bytes:
        most = f"{limits.headers} headers and {limits.bytes} bytes"
        return HeadTooLarge(f"The request's head is too large: at most {most}.")
    return _host(given.get(b"host", []), limits.hosts) or _framing(given) or _path(scope["path"])


def _host(values: list[bytes], allowed: tuple[str, ...]) -> HitlError | None:
    if len(values) != 1:
        return BadRequest("Send exactly one Host header.", code="bad_host", param="host")
    if not HOST.fullmatch(values[0]):
        return BadRequest("The Host header is not a host name.", code="bad_host", param="host")
    if "*" in allowed:
        return None
    name = _name(values[0].decode("ascii"))
    if name in allowed:
        return None
    msg = f"This server does not answer for the host {name!r}; the setting is trusted_hosts."
    return BadRequest(msg, code="bad_host", param="host")


def _name(host: str) -> str:
    if host.startswith("["):
        return host[1 : host.index("]")].lower()
    return host.partition(":")[0].lower()


def _framing(given: dict[bytes, list[bytes]]) -> HitlError | None:
    lengths, codings = given.get(b"content-length", []), given.get(b"transfer-encoding", [])
    if len(lengths) + len(codings) > 1:
        msg = "Send one Content-Length or one Transfer-Encoding, not several."
        return BadRequest(msg, code="bad_framing")
    if lengths and not DIGITS.fullmatch(lengths[0]):
        return BadRequest("Content-Length is not a plain number.", code="bad_framing")
    if codings and codings[0].lower() != b"chunked":
        return BadRequest("The only Transfer-Encoding is 'chunked'.", code="bad_framing")
    packed = given.get(b"content-encoding", [])
    if any(value.strip().lower() != b"identity" for value in packed):
        msg = "Compressed request bodies are not accepted; send it without Content-Encoding."
        return BadMediaType(msg, param="content-encoding")
    return None


def _path(path: str) -> HitlError | None:
    if ODD.search(path):
        return NotFound(f"Unknown path {path[:200]!r}.", code="unknown_url")
    return None


def announced_too_large(scope: Scope, limit: int) -> TooLarge | None:
    """A body that says itself that it is over the limit is not read at all."""
    for name, value in scope["headers"]:
        if name == b"content-length" and int(value) > limit:
            return too_large(limit)
    return None


def same_origin(scope: Scope) -> bool:
    """Whether a browser sent this from one of our own pages. No Origin header: not a browser."""
    origins = [value for name, value in scope["headers"] if name == b"origin"]
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if not origins:
        return True
    ours = [host.lower() for host in hosts]
    return len(origins) == 1 and [_host_of(origins[0])] == ours


def _host_of(origin: bytes) -> bytes:
    """The host and port in an Origin header; of no host at all, like "null", it is empty."""
    return origin.lower().partition(b"://")[2]


class Peers:
    """Where a request comes from. Forwarding headers count only when a trusted proxy sent them."""

    def __init__(self, trusted: tuple[str, ...] = ()) -> None:
        self.trusted = networks(trusted)

    def address(self, scope: Scope) -> str:
        """The nearest address that is not a trusted proxy's; "" when it is not to be known."""
        client = scope.get("client")
        peer: str = client[0] if client else ""
        hops = _forwarded_for(scope)
        while hops and within(peer, self.trusted):
            peer = hops.pop()
        return peer

    def forwarded_by_stranger(self, scope: Scope) -> bool:
        """A proxy that is not trusted stands between: its address says nothing about the client."""
        client = scope.get("client")
        if client and within(client[0], self.trusted):
            return False
        return any(name in FORWARDED for name, _ in scope["headers"])


def _forwarded_for(scope: Scope) -> list[str]:
    values = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return [hop.strip() for hop in b",".join(values).decode("latin-1").split(",") if hop.strip()]


def networks(given: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(network) for network in given)


def within(address: str, among: tuple[Network, ...]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    plain = getattr(found, "ipv4_mapped", None) or found
    return any(plain in network for network in among)
