"""Which addresses a stranger's URL may lead to; pure, apart from the resolver and the socket that ask it.

Source: imgproxy 4.0.12 `privatenet.Unwrap`, and the IANA special-purpose registries (read 2026-11-20).
"""

import errno
import ipaddress
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override
from yarl import URL

AddrInfo = tuple[int, int, int, str, tuple[object, ...]]
"""One result of `getaddrinfo`: family, kind, protocol, canonical name, socket address."""

_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")

# Public by Python's own tables in one version or another, and yet never the place of a picture.
_REFUSED_V4: Final = tuple(
    map(IPv4Network, ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "224.0.0.0/3"))
)
_REFUSED_V6: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo among them: an IPv4 address in disguise
        "2001:db8::/32",
        "2002::/16",  # 6to4: the same
        "3fff::/20",
    )
)
_ISATAP: Final = (0x00005EFE, 0x02005EFE)  # the upper half of an interface id that carries an IPv4 address


class AddressRefused(OSError):
    """A URL leads to an address that no picture may come from; nothing was connected."""

    def __init__(self, what: str) -> None:
        super().__init__(errno.EACCES, what)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address, and every IPv4 address it wraps, belongs to the public internet."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _REFUSED_V4)
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:  # how a network without IPv4 reaches the hosts that have nothing else
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP or address.scope_id:
        return False
    is_special = any(address in network for network in _REFUSED_V6)
    return address in _GLOBAL_UNICAST and address.is_global and not is_special


def literal_address(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address a host name spells out, in every form that `connect` understands; None for a real name.

    `2130706433`, `0x7f.1` and `0177.0.0.1` are all 127.0.0.1 to the operating system.
    """
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host.rstrip(".")))
    except (OSError, UnicodeEncodeError):
        return None


def check_url(url: URL) -> None:
    """Refuse a URL that must not be fetched, before any name is looked up. Raises `AddressRefused`."""
    if url.scheme != "https":
        raise AddressRefused("only https is fetched")
    if url.user is not None or url.password is not None:
        raise AddressRefused("a name or password stands in the address")
    if not url.host:
        raise AddressRefused("no host")
    address = literal_address(url.host)
    if address is not None and not is_public(address):
        raise AddressRefused(f"{address} is not public")
    if url.host.rstrip(".").lower().endswith(("localhost", ".local", ".internal")):
        raise AddressRefused("a name of a private network")


def open_checked_socket(target: AddrInfo) -> socket.socket:
    """Make the socket for a connection, unless its peer would not be public. Raises `AddressRefused`.

    This is asked with the very address that is connected next, so no second look-up can change it.
    """
    family, kind, protocol, _, peer = target
    address = ipaddress.ip_address(str(peer[0]))
    if not is_public(address):
        raise AddressRefused(f"{address} is not public")
    return socket.socket(family, kind, protocol)


class GuardedResolver(AbstractResolver):
    """Resolves names as `inner` does and leaves out what is not public; with nothing left, raises `AddressRefused`."""

    def __init__(self, inner: AbstractResolver) -> None:
        self._inner = inner

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        public = [one for one in found if is_public(ipaddress.ip_address(one["host"]))]
        if not public:
            raise AddressRefused("the name leads to no public address")
        return public

    @override
    async def close(self) -> None:
        await self._inner.close()
