"""Where the crowd comes from: every person has an address of his own on the loopback."""

from __future__ import annotations

import ipaddress
from typing import Final

_IN_A_ROW: Final = 250
PEOPLE_MAX: Final = 250 * _IN_A_ROW * _IN_A_ROW
"""So many have an address of their own, from 127.1.1.1 on; further ones share."""


def address_of(person: int) -> str:
    """Give a person's address; neighbours in number are neighbours in address."""
    row, last = divmod(person % PEOPLE_MAX, _IN_A_ROW)
    net, middle = divmod(row, _IN_A_ROW)
    return f"127.{net + 1}.{middle + 1}.{last + 1}"


def is_loopback(host: str) -> bool:
    """True for this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
