"""The socket protocol: messages, both encodings, the session machine of each end.

Messages are named `messages.Send` and so on: import the module, not its sixty names. What happens
to a client is named `client.EventArrived` and so on.
"""

from airdesk.core.wire import client, messages
from airdesk.core.wire.client import ClientSession, Outbox, Phase, View
from airdesk.core.wire.encodings import (
    BINARY,
    BINARY_SUBPROTOCOL,
    ENCODINGS,
    JSON,
    JSON_SUBPROTOCOL,
    Encoding,
    EventBody,
    message_name,
)

__all__ = [
    "BINARY",
    "BINARY_SUBPROTOCOL",
    "ENCODINGS",
    "JSON",
    "JSON_SUBPROTOCOL",
    "ClientSession",
    "Encoding",
    "EventBody",
    "Outbox",
    "Phase",
    "View",
    "client",
    "message_name",
    "messages",
]
