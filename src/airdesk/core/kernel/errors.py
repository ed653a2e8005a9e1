"""The error tree, split by who must act.

    AirDeskError
    ├── PeerError         4000-4199  the other side broke the protocol or may not enter
    │   └── AccessError   4100-4199  its credential is missing, expired or not good enough
    ├── CommandRejected   4200-4299  a rule said no; normal; the connection lives on
    ├── CapacityError     4300-4399  a limit was reached; wait and come again
    └── DependencyError   4500-4599  something outside failed; come again

An error's number is also its WebSocket close code (RFC 6455, section 7.4.2, gives 4000-4999 to
applications), so one range tells a client what to do:

    4000-4099  give up: reconnecting would end the same way
    4100-4199  get a new credential, then reconnect
    4200-4299  (never a close code) forget the command and tell the person
    4300-4399  wait, then reconnect and resend
    4500-4599  reconnect with back-off and resend
"""

from __future__ import annotations

from functools import cache
from typing import ClassVar


class AirDeskError(Exception):
    """The root. Every leaf has a stable number and makes its message from its fields."""

    number: ClassVar[int] = 4999
    is_http_only: ClassVar[bool] = False
    """True for what no socket is ever told; `docs/protocol.md` leaves it out."""
    template: ClassVar[str] = "something went wrong"

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.template.format(**fields))


class PeerError(AirDeskError):
    """The peer broke the protocol. Give up: sending the same again ends the same way."""

    number = 4000
    template = "protocol error"


class MalformedMessage(PeerError):
    """A frame holds no message of this protocol."""

    number = 4001
    template = "malformed message: {reason}"


class UnexpectedMessage(PeerError):
    """A good message at the wrong moment, such as anything before hello."""

    number = 4002
    template = "unexpected message: {name}"


class MessageTooLarge(PeerError):
    """A message or field is longer than its limit."""

    number = 4003
    template = "{name} is larger than {limit} bytes"


class TooMany(PeerError):
    """A list or a count in a message is above its limit."""

    number = 4004
    template = "more than {limit} {name}"


class UnknownSubprotocol(PeerError):
    """The client offered no subprotocol that the server speaks."""

    number = 4006
    template = "no subprotocol in common"


class Fenced(PeerError):
    """A newer connection of the same instance (loaded page) took over."""

    number = 4010
    template = "a newer connection of this instance took over"


class OperationReused(PeerError):
    """An operation id came again with another body."""

    number = 4011
    template = "operation id was used for another command"


class AccessError(PeerError):
    """The credential is missing or not good enough. Get a new one, then reconnect."""

    number = 4100
    template = "not allowed"


class BadToken(AccessError):
    """The token is not one of ours or was revoked."""

    number = 4101
    template = "the token is not valid"


class TokenExpired(AccessError):
    """The token was ours, once."""

    number = 4102
    template = "the token has expired"


class AccessRevoked(AccessError):
    """The session, the API token or the seat behind the credential was taken away."""

    number = 4103
    template = "access was revoked"


class BadCredentials(AccessError):
    """E-mail and password do not fit; which of the two is not said."""

    number = 4104
    is_http_only = True
    template = "e-mail or password is wrong"


class LinkExpired(AccessError):
    """A one-time link is too old, was used, was taken back, or never was."""

    number = 4105
    is_http_only = True
    template = "the link has expired or was used before"


class SessionEnded(AccessError):
    """The session is not known, was ended, or has not been used for too long."""

    number = 4106
    is_http_only = True
    template = "log in again"


class IdentityUnproven(AccessError):
    """The customer's server did not vouch for this visitor, and this inbox wants it to."""

    number = 4107
    template = "the customer's server has to say who this visitor is"


class SiteNotAllowed(AccessError):
    """A page of a site that is not among the inbox's allowed sites asked for the chat."""

    number = 4108
    is_http_only = True
    template = (
        "{site} may not show this chat: add it in Settings, Inboxes, Sites that may show this chat"
    )


class CommandRejected(AirDeskError):
    """A rule said no. Normal: nothing was stored, nothing is remembered."""

    number = 4200
    template = "rejected"


class UnknownConversation(CommandRejected):
    """No such conversation, or none that this identity may see."""

    number = 4201
    template = "no such conversation"


class NotPermitted(CommandRejected):
    """This identity may not do this."""

    number = 4202
    template = "not permitted: {command}"


class IllegalTransition(CommandRejected):
    """The command does not fit the conversation's status."""

    number = 4203
    template = "{command} is not possible while the conversation is {status}"


class NotEligible(CommandRejected):
    """The agent may not get this conversation now."""

    number = 4204
    template = "the agent cannot take this conversation: {reason}"


class TextRefused(CommandRejected):
    """The text is empty or too long."""

    number = 4205
    template = "the text is empty or longer than {limit} bytes"


class UnknownSubject(CommandRejected):
    """The agent, team, inbox or bot that a command needs does not exist in the account."""

    number = 4206
    template = "no such {name}"


class ValueRefused(CommandRejected):
    """A value of a command is outside its range."""

    number = 4207
    template = "{name} must be {range}"


class FileRefused(CommandRejected):
    """The ticket of a file is not one of ours, is somebody else's, or has expired: upload again."""

    number = 4208
    template = "the file's ticket is not valid"


class Blocked(CommandRejected):
    """The staff blocked this visitor in this inbox: what he wants is not done."""

    number = 4209
    template = "the visitor is blocked"


class UnknownEntity(CommandRejected):
    """Something in the account's directory is not there, or is another account's."""

    number = 4220
    is_http_only = True
    template = "no such {name}"


class AlreadyTaken(CommandRejected):
    """Another one has this name, address or shortcut."""

    number = 4221
    is_http_only = True
    template = "{name} is taken"


class LastOwner(CommandRejected):
    """An account without an owner could never be mended."""

    number = 4222
    is_http_only = True
    template = "an account needs an owner; make somebody else owner first"


class PermissionMissing(CommandRejected):
    """The credential does not grant this; somebody else's may."""

    number = 4223
    is_http_only = True
    template = "the permission {permission} is missing"


class RequestForged(CommandRejected):
    """An unsafe request with a session's cookie came without proof that our own page made it."""

    number = 4224
    is_http_only = True
    template = "the request did not come from a page of ours"


class StillUsed(CommandRejected):
    """Something cannot be removed while others need it."""

    number = 4225
    is_http_only = True
    template = "the {name} is used by {user}"


class RequestRunning(CommandRejected):
    """The first request with this Idempotency-Key is not done yet. Ask again with the same key."""

    number = 4240
    is_http_only = True
    template = "the first request with this key is still running"


class CapacityError(AirDeskError):
    """A limit was reached. Wait, then come again; nothing was stored."""

    number = 4300
    template = "a limit was reached"


class SlowReader(CapacityError):
    """The connection's outbox is full because its peer does not read."""

    number = 4301
    template = "more than {limit} bytes wait to be read"


class RateExceeded(CapacityError):
    """More messages a second than one connection may send."""

    number = 4302
    template = "more than {limit} messages in {window_ms} ms"


class TooManyPending(CapacityError):
    """Too many commands wait for their answers."""

    number = 4303
    template = "more than {limit} commands wait for an answer"


class ServerFull(CapacityError):
    """No further connection is taken."""

    number = 4304
    template = "more than {limit} connections"


class HelloTimeout(CapacityError):
    """No hello came in time: the path was too slow. Another try may do better."""

    number = 4305
    template = "no hello within {limit_ms} ms"


class TooManyAttempts(CapacityError):
    """Too many wrong passwords or links from one address or for one account."""

    number = 4320
    is_http_only = True
    template = "too many attempts; try again in {wait_s} seconds"


class TooManyEntities(CapacityError):
    """An account has as many of these as it may have."""

    number = 4321
    is_http_only = True
    template = "an account has at most {limit} {name}"


class DirectoryBusy(CapacityError):
    """Passwords or changes wait in a line that is full."""

    number = 4322
    is_http_only = True
    template = "too many {name} at once"


class ViewsBehind(CapacityError):
    """Lists and search have not come as far in the log as the question needs. Ask again."""

    number = 4330
    is_http_only = True
    template = "the views are at position {position} of the log and do not hold {wanted} yet"


class DependencyError(AirDeskError):
    """Something outside failed. Reconnect with back-off and resend."""

    number = 4500
    template = "{name} failed: {reason}"


class LogUnavailable(DependencyError):
    """The event log cannot take records: disk full, disk broken, no majority."""

    number = 4501
    template = "the event log is unavailable: {reason}"


class HomeUnavailable(DependencyError):
    """The gateway has no link to the home."""

    number = 4502
    template = "the home is unavailable"


class LogFenced(DependencyError):
    """Another process appended to this log; this one is no longer home."""

    number = 4503
    template = "position {expected} of the log was taken by another writer"


class LogCorrupt(DependencyError):
    """Stored bytes do not fit the format or the chain of positions."""

    number = 4504
    template = "the log is damaged at position {position}: {reason}"


class LinkMismatch(DependencyError):
    """Home and gateway are of different builds. Start both from the same one."""

    number = 4505
    template = "the other end of the link speaks {theirs}, this one {ours}"


class DirectoryUnavailable(DependencyError):
    """The directory cannot be opened, read or written."""

    number = 4520
    is_http_only = True
    template = "the directory is unavailable: {reason}"


def error_told(number: int, text: str) -> AirDeskError:
    """Make the error that another process told by its number and words.

    A number that has no class here, of a newer build, becomes the root with that number.
    """
    cls = _by_number().get(number, AirDeskError)
    error = cls.__new__(cls)
    error.fields = {}
    Exception.__init__(error, text)
    if cls is AirDeskError:
        error.number = number  # type: ignore[misc]
    return error


@cache
def _by_number() -> dict[int, type[AirDeskError]]:
    found: dict[int, type[AirDeskError]] = {}
    waiting: list[type[AirDeskError]] = [AirDeskError]
    while waiting:
        cls = waiting.pop()
        if cls.__module__ == __name__:
            found[cls.number] = cls
        waiting += cls.__subclasses__()
    return found


def is_peer_fault(number: int) -> bool:
    """True for numbers with which reconnecting alone is useless."""
    return 4000 <= number < 4200


def is_final_for_command(number: int) -> bool:
    """True for numbers after which a client forgets the command."""
    return 4200 <= number < 4300 or number == OperationReused.number
