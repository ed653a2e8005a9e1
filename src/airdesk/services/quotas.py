"""How often somebody may do something: counted by key in windows, in this process alone."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict

from airdesk.core.kernel import RateExceeded, limits
from airdesk.ports.clock import Clock


class Quota:
    """At most so many in a window, for each key.

    Args:
        count_max: in one window.
        window_ms: its length; it begins with the first one counted.
        clock: the wall clock.
        keys_max: keys remembered at once; the oldest are forgotten.
    """

    def __init__(
        self, count_max: int, window_ms: int, clock: Clock, keys_max: int = limits.ADDRESSES_MAX
    ) -> None:
        self._count_max = count_max
        self._window_ms = window_ms
        self._clock = clock
        self._keys_max = keys_max
        self._windows: OrderedDict[bytes | str, tuple[int, int]] = OrderedDict()

    def count(self, key: bytes | str) -> None:
        """Count one.

        Raises:
            RateExceeded: there were enough. It is not counted.
        """
        now_ms = self._clock.now_ms()
        begun_ms, count = self._windows.get(key, (now_ms, 0))
        if not begun_ms <= now_ms < begun_ms + self._window_ms:
            begun_ms, count = now_ms, 0
            self._windows.pop(key, None)
        if count >= self._count_max:
            rest_s = (begun_ms + self._window_ms - now_ms + 999) // 1000
            raise RateExceeded(limit=self._count_max, window_ms=self._window_ms, wait_s=rest_s)
        self._windows[key] = (begun_ms, count + 1)
        if len(self._windows) > self._keys_max:
            self._windows.popitem(last=False)


def address_key(address: str) -> str:
    """Give what stands for an address: one household has a whole /64 of IPv6."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
