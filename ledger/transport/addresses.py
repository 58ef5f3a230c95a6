"""Addresses enter; whether they may be connected to, and the host they name, leaves."""

import ipaddress
from typing import Final

from ledger.model.errors import SourceRefused

_IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
#: Addresses that lead to another one: NAT64, 6to4, Teredo. `is_global` calls some of them public.
_LEADING_ELSEWHERE: Final = tuple(
    ipaddress.ip_network(text)
    for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)


def permitted(address: str, *, allow_private: bool) -> bool:
    """Whether an IP address may be connected to.

    Without `allow_private` public unicast addresses only; with it private and loopback ones too.
    Multicast, link-local (a cloud's metadata) and addresses that lead elsewhere never.
    """
    ip: _IpAddress = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if allow_private and ip.is_loopback:
        return True
    leads = any(ip.version == network.version and ip in network for network in _LEADING_ELSEWHERE)
    if leads or ip.is_multicast or ip.is_link_local or ip.is_unspecified:
        return False
    return allow_private or ip.is_global


def host_of(url: str) -> str:
    """The host of an http or https address, for messages; raises SourceRefused for another text."""
    import httpx

    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError):
        raise SourceRefused("that is no address of the web") from None
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise SourceRefused("addresses begin with http:// or https:// and a host")
    return parsed.host
