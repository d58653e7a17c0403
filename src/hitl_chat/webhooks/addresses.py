"""Where a webhook may lead: not into this machine and not into its network, unless listed. Pure.

The URL is checked when it is read, every address again when it is about to be connected to; what
a name resolves to in between makes no difference. Knows no sockets.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PORTS = (443, 8443)
NAME = re.compile(r"(?!.*\.\d+$)(?=.{1,253}$)(?!\d+$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
NAT64 = IPv6Network("64:ff9b::/96")
# Listed or not: whoever answers there hands out the machine's own credentials, or is everybody.
NEVER = tuple(
    ip_network(each)
    for each in (
        *("169.254.0.0/16", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32"),
        *("255.255.255.255/32", "fe80::/10", "fd00:ec2::254/128"),
    )
)


def forbidden(address: str, networks: Sequence[Network] = (), *, secure: bool = True) -> str:
    """Why this address must not be connected to; "" if it may."""
    try:
        found = plain(ip_address(address.partition("%")[0]))
    except ValueError:
        return f"{address!r} is no address"
    if _within(found, NEVER) or found.is_unspecified or found.is_multicast:
        return f"{found} is never an address of a webhook"
    if not secure and not found.is_loopback:
        return f"{found} is reached over https only: http is for this machine"
    if _within(found, networks) or _is_public(found):
        return ""
    return f"{found} is inside this machine's network: list it under 'networks' if that is meant"


def plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, or itself."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if address in NAT64:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    elif address.teredo is not None:
        inner = address.teredo[1]
    return inner or address


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == net.version and address in net for net in networks)


def _is_public(address: Address) -> bool:
    local = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_reserved or local)


def refused(url: str, ports: Collection[int] = PORTS, networks: Sequence[Network] = ()) -> str:
    """What is wrong with a webhook's URL, without looking anything up; "" if nothing is."""
    if not url.isascii() or not url.isprintable() or set(url) & set(' \\"<>^`{|}'):
        return "it holds characters that no URL has: encode them"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "it is no URL"
    if parts.scheme not in ("https", "http"):
        return "it must begin with https://"
    if "@" in parts.netloc or parts.fragment:
        return "it must not hold a user, a password or a fragment"
    secure = parts.scheme == "https"
    if why := _refused_host(parts.hostname or "", networks, secure=secure):
        return why
    port = (443 if secure else 80) if port is None else port
    listed = ", ".join(map(str, ports))
    return "" if port in ports else f"port {port} is not among its 'ports' ({listed})"


def _refused_host(host: str, networks: Sequence[Network], *, secure: bool) -> str:
    try:
        ip_address(host)
    except ValueError:
        if not NAME.fullmatch(host):
            return f"{host!r} is neither a host's name nor an address"
        if not secure and host != "localhost":
            return "it must begin with https://: http is for this machine"
        return ""
    return forbidden(host, networks, secure=secure)
