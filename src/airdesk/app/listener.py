"""The listening address."""

from __future__ import annotations

import socket

from airdesk.core.kernel import DependencyError


def bound_socket(host: str, port: int, reuse_port: bool = False) -> socket.socket:
    """Bind a listening address.

    Args:
        host: address or name.
        port: 0 for a free one.
        reuse_port: let several processes listen; the kernel spreads connections.

    Raises:
        DependencyError: the port is in use or the address is not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if reuse_port:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise DependencyError(name=f"{host}:{port}", reason=str(error)) from None
    listener.setblocking(False)
    return listener
