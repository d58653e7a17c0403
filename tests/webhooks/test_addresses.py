"""Where a webhook may lead: URLs and addresses that must never be reached, and those that may."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.webhooks.addresses import forbidden, refused

OWN = (ip_network("10.1.0.0/16"), ip_network("127.0.0.0/8"), ip_network("::1/128"))
ALL = (ip_network("0.0.0.0/0"), ip_network("::/0"))

INSIDE = [
    *("127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1"),
    *("100.64.0.1", "198.18.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "240.0.0.1"),
    *("::1", "fc00::1", "fd12::1", "fec0::1", "2001:db8::1", "::7f00:1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
    *("2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:f5ff:fffe"),
]
NEVER = [
    *("0.0.0.0", "::", "::ffff:0.0.0.0", "255.255.255.255", "224.0.0.1", "ff02::1"),
    *("169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::"),
    *("fe80::1", "fe80::1%eth0", "fd00:ec2::254", "100.100.100.200", "168.63.129.16"),
    *("192.0.0.192", "169.254.170.2", "localhost", "", "1.2.3", "2130706433", "0177.0.0.1"),
]
PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_are_reached_only_if_they_are_listed(address: str) -> None:
    assert "networks" in forbidden(address)
    assert forbidden(address, ALL) == ""


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_reached(address: str) -> None:
    assert forbidden(address)
    assert forbidden(address, ALL)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached_and_only_over_https(address: str) -> None:
    assert forbidden(address) == ""
    assert "https" in forbidden(address, secure=False)


def test_http_is_for_this_machine_and_only_where_it_is_listed() -> None:
    assert forbidden("127.0.0.1", OWN, secure=False) == ""
    assert forbidden("::1", OWN, secure=False) == ""
    assert forbidden("127.0.0.1", secure=False)
    assert forbidden("10.1.2.3", OWN, secure=False)
    assert forbidden("10.1.2.3", OWN) == ""
    assert forbidden("10.2.2.3", OWN)


BAD = [
    ("http://hooks.example/x", "https"),
    ("ftp://hooks.example/", "https"),
    ("file:///etc/passwd", "https"),
    ("gopher://hooks.example:443/", "https"),
    ("javascript:alert(1)", "https"),
    ("//hooks.example/", "https"),
    ("hooks.example", "https"),
    ("", "https"),
    ("https://", "neither"),
    ("https:///x", "neither"),
    ("https://a@127.0.0.1/", "user"),
    ("https://hooks.example@127.0.0.1/", "user"),
    ("https://u:p@hooks.example/", "user"),
    ("https://hooks.example/#x", "fragment"),
    ("https://127.0.0.1/", "networks"),
    ("https://[::1]/", "networks"),
    ("https://[::ffff:127.0.0.1]/", "networks"),
    ("https://[::ffff:169.254.169.254]/", "never"),
    ("https://0.0.0.0/", "never"),
    ("https://169.254.169.254/latest/meta-data", "never"),
    ("https://[fd00:ec2::254]/", "never"),
    ("https://10.0.0.1/", "networks"),
    ("https://2130706433/", "neither"),
    ("https://0177.0.0.1/", "neither"),
    ("https://127.1/", "neither"),
    ("https://1.2.3.4.5/", "neither"),
    ("https://localhost./", "neither"),
    ("https://host..example/", "neither"),
    ("https://[::1", "no URL"),
    ("https://hooks.example:22/", "port 22"),
    ("https://hooks.example:0/", "port"),
    ("https://hooks.example:99999/", "no URL"),
    ("https://hooks.example:443x/", "no URL"),
    ("https://hooks.example\\@127.0.0.1/", "characters"),
    ("https://hooks.example/ x", "characters"),
    ("https://hooks.example/\r\nhost: a", "characters"),
    ("https://hooks.example\t/", "characters"),
    ("https://hooks.ex\u0430mple/", "characters"),
    ("https://\uff11\uff12\uff17.0.0.1/", "characters"),
    ("https://hooks.example/{id}", "characters"),
]


@pytest.mark.parametrize(("url", "why"), BAD)
def test_a_bad_address_is_refused_before_anything_is_looked_up(url: str, why: str) -> None:
    assert why in refused(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example/services/T0/B0/x",
        "https://hooks.example:8443/",
        "https://a.b-c.example/workflows/1?api-version=1&sig=a%2Fb",
        "https://93.184.216.34/",
        "https://[2606:4700::1111]/",
        "https://xn--bcher-kva.example/",
    ],
)
def test_a_good_address_is_taken(url: str) -> None:
    assert refused(url) == ""


def test_this_machine_may_be_told_if_that_is_meant() -> None:
    assert refused("http://127.0.0.1:9000/", (9000,), OWN) == ""
    assert refused("http://localhost:9000/", (9000,), OWN) == ""
    assert "networks" in refused("http://127.0.0.1:9000/", (9000,))
    assert "https" in refused("http://10.1.0.1:9000/", (9000,), OWN)


@given(st.text() | st.from_regex(r"https?://\S*"))
def test_whatever_stands_there_the_answer_is_a_sentence(url: str) -> None:
    assert refused(url).isprintable()


@given(st.ip_addresses())
def test_nothing_forbidden_hides_in_an_address_of_the_other_kind(address: object) -> None:
    if not forbidden(f"::ffff:{address}" if "." in str(address) else str(address)):
        assert not forbidden(str(address))
