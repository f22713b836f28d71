"""Which addresses count as public, in every disguise an address can wear."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given, strategies as st
from yarl import URL

from bot.gateways.guard import AddressRefused, check_url, is_public, literal_address, open_checked_socket

PRIVATE_V4 = [
    "0.0.0.1", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7",
    "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
]  # fmt: skip
PUBLIC_V4 = ["1.1.1.1", "8.8.8.8", "104.16.0.1", "162.159.135.233", "172.32.0.1", "192.0.1.1", "198.20.0.1"]

REFUSED_V6 = [
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:7f00:1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "64:ff9b:1::101:101", "100::1", "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::1",
    "2002:101:101::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::5efe:127.0.0.1", "fec0::1",
    "ff02::1", "2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a00:1", "fe80::1%eth0",
]  # fmt: skip
PUBLIC_V6 = [
    "2606:4700::1111",
    "2001:4860:4860::8888",
    "2a00:1450:4001:82a::200e",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
]


@pytest.mark.parametrize("address", [*PRIVATE_V4, *REFUSED_V6])
def test_an_address_that_no_picture_comes_from(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", [*PUBLIC_V4, *PUBLIC_V6])
def test_an_address_of_the_public_internet(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.integers(0, 2**32 - 1))
def test_wrapping_an_address_never_makes_it_more_public(number: int) -> None:
    inner = IPv4Address(number)
    wrapped = [
        IPv6Address((0xFFFF << 32) | number),  # mapped
        IPv6Address(number),  # compatible
        IPv6Address((0x64FF9B << 96) | number),  # NAT64
        IPv6Address((0x2002 << 112) | (number << 80) | 1),  # 6to4
        IPv6Address((0x20010000 << 96) | (number ^ 0xFFFFFFFF)),  # Teredo
        IPv6Address((0x26064700 << 96) | (0x5EFE << 32) | number),  # ISATAP
    ]
    assert is_public(inner) or not any(is_public(address) for address in wrapped)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7F.1", "0177.0.0.1", "0177.1", "017700000001",
        "127.0.0.1.", "0x7f.0x0.0x0.0x1",
    ],
)  # fmt: skip
def test_every_spelling_of_a_literal_is_understood(host: str) -> None:
    assert literal_address(host) == IPv4Address("127.0.0.1")


@pytest.mark.parametrize("host", ["example.com", "1.2.3.4.example.com", "256.1.1.1", "0x7f.example", "猫.com", "a"])
def test_a_name_is_no_literal(host: str) -> None:
    assert literal_address(host) is None


@given(st.integers(0, 2**32 - 1), st.sampled_from(["{:d}", "0x{:x}", "0{:o}"]))
def test_numbers_are_judged_as_the_address_they_are(number: int, spelling: str) -> None:
    assert literal_address(spelling.format(number)) == IPv4Address(number)


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.discordapp.com/attachments/1/2/cat.png?ex=1&is=2&hm=3",
        "https://r2cdn.example.com:8443/a/b.png",
        "https://1.1.1.1/cat.png",
        "https://[2606:4700::1111]/cat.png",
    ],
)
def test_public_addresses_may_be_fetched(url: str) -> None:
    check_url(URL(url))


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example.com/cat.png", "ftp://example.com/cat.png", "file:///etc/passwd", "data:image/png;base64,AA",
        "gopher://example.com/", "https://user@example.com/", "https://user:secret@example.com/", "https://:x@example.com/",
        "https://localhost/", "https://LOCALHOST./", "https://printer.local/", "https://db.internal/",
        "https://metadata.google.internal/", "https://127.0.0.1/", "https://127.1/", "https://0x7f000001/",
        "https://2130706433/", "https://0/", "https://[::1]/", "https://[::ffff:169.254.169.254]/",
        "https://[64:ff9b::7f00:1]/", "https://[fe80::1%25eth0]/",
    ],
)  # fmt: skip
def test_addresses_that_must_not_be_fetched(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_url(URL(url))


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fe80::1%eth0"]
)
def test_no_socket_is_made_for_a_private_peer_whatever_its_name_was(address: str) -> None:
    """A name may lead elsewhere when it is looked up again; the peer of the connection is what counts."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(AddressRefused):
        open_checked_socket((family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, 443)))


def test_a_socket_is_made_for_a_public_peer() -> None:
    opened = open_checked_socket((socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("1.1.1.1", 443)))
    with opened:
        assert opened.family is socket.AF_INET
