"""The one table from our errors to answers of HTTP (RFC 9457): number, status, title."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final, NamedTuple

from airdesk.core.kernel import AirDeskError, errors


class ProblemKind(NamedTuple):
    """What every problem of one kind of error has in common."""

    status: HTTPStatus
    title: str


_S = HTTPStatus

ERROR_MAP: Final[dict[type[AirDeskError], ProblemKind]] = {
    errors.AirDeskError: ProblemKind(_S.INTERNAL_SERVER_ERROR, "Something went wrong"),
    errors.PeerError: ProblemKind(_S.BAD_REQUEST, "The request breaks the protocol"),
    errors.MessageTooLarge: ProblemKind(_S.REQUEST_ENTITY_TOO_LARGE, "Too large"),
    errors.TooMany: ProblemKind(_S.UNPROCESSABLE_ENTITY, "Too many"),
    errors.Fenced: ProblemKind(_S.CONFLICT, "Taken over"),
    errors.OperationReused: ProblemKind(_S.UNPROCESSABLE_ENTITY, "Operation id used before"),
    errors.AccessError: ProblemKind(_S.FORBIDDEN, "Not allowed"),
    errors.BadToken: ProblemKind(_S.UNAUTHORIZED, "Not signed in"),
    errors.TokenExpired: ProblemKind(_S.UNAUTHORIZED, "Signed in too long ago"),
    errors.SessionEnded: ProblemKind(_S.UNAUTHORIZED, "Not signed in"),
    errors.LinkExpired: ProblemKind(_S.GONE, "The link is not good any more"),
    errors.CommandRejected: ProblemKind(_S.CONFLICT, "Rejected"),
    errors.UnknownConversation: ProblemKind(_S.NOT_FOUND, "No such conversation"),
    errors.NotPermitted: ProblemKind(_S.FORBIDDEN, "Not permitted"),
    errors.IllegalTransition: ProblemKind(_S.CONFLICT, "Not possible now"),
    errors.NotEligible: ProblemKind(_S.CONFLICT, "The agent cannot take it"),
    errors.TextRefused: ProblemKind(_S.UNPROCESSABLE_ENTITY, "Text refused"),
    errors.UnknownSubject: ProblemKind(_S.NOT_FOUND, "Not found"),
    errors.ValueRefused: ProblemKind(_S.UNPROCESSABLE_ENTITY, "Value refused"),
    errors.UnknownEntity: ProblemKind(_S.NOT_FOUND, "Not found"),
    errors.PermissionMissing: ProblemKind(_S.FORBIDDEN, "Not permitted"),
    errors.RequestForged: ProblemKind(_S.FORBIDDEN, "Not from our page"),
    errors.CapacityError: ProblemKind(_S.SERVICE_UNAVAILABLE, "Busy"),
    errors.RateExceeded: ProblemKind(_S.TOO_MANY_REQUESTS, "Too fast"),
    errors.TooManyPending: ProblemKind(_S.TOO_MANY_REQUESTS, "Too many at once"),
    errors.TooManyAttempts: ProblemKind(_S.TOO_MANY_REQUESTS, "Too many attempts"),
    errors.TooManyEntities: ProblemKind(_S.UNPROCESSABLE_ENTITY, "Too many"),
    errors.DependencyError: ProblemKind(_S.SERVICE_UNAVAILABLE, "Out of order"),
}
"""An error without a row of its own is answered as its nearest parent with one."""

NUMBER_INVALID: Final = errors.MalformedMessage.number
"""The number of a problem whose request could not be read at all."""


def problem_kind(error: type[AirDeskError]) -> ProblemKind:
    """Give the status and title for a class of errors."""
    for parent in error.__mro__:
        kind = ERROR_MAP.get(parent)
        if kind is not None:
            return kind
    return ERROR_MAP[errors.AirDeskError]
