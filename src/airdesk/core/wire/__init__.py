"""The socket protocol: messages, both encodings, the session machine of each end.

Messages are named `messages.Send`, and what a client's session tells `client.EventArrived`, and so
on: import the modules, not their eighty names.
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
