"""Who may come in: tokens of sockets, log-in, sessions, API tokens, links, invitations."""

from airdesk.services.access.links import Links, SetUp, ShownInvitation
from airdesk.services.access.sessions import Access
from airdesk.services.access.staff import (
    COMMAND_LINE,
    NOBODY,
    LoggedIn,
    Place,
    StaffCredential,
)
from airdesk.services.access.tokens import TICKET_S, Credential, FileTicket, Tokens

__all__ = [
    "COMMAND_LINE",
    "NOBODY",
    "TICKET_S",
    "Access",
    "Credential",
    "FileTicket",
    "Links",
    "LoggedIn",
    "Place",
    "SetUp",
    "ShownInvitation",
    "StaffCredential",
    "Tokens",
]
