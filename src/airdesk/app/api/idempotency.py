"""`Idempotency-Key` on every unsafe route whose caller is known, below its function."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from airdesk.app.api.authentication import SAFE_METHODS, Credential
from airdesk.app.api.context import api_of
from airdesk.app.api.requirements import requirement_of
from airdesk.core.kernel import Identity, OperationId, ValueRefused, parse_id, uuid7
from airdesk.services.first_answers import KeyedRequest, StoredAnswer

HEADER: Final = "idempotency-key"
KEY_LETTERS_MAX: Final = 200
REPEAT_HEADER: Final = "idempotency-replayed"

NOT_KEPT: Final[dict[str, object]] = {"x-answer-kept": False}
"""`openapi_extra` of routes whose answer holds a secret, which is stored nowhere, or whose body
is too large to be compared: the key is not looked at there."""

_VERSION_7: Final = 7


class ApiRoute(APIRoute):
    """A route that knows its caller before its key."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """See FastAPI."""
        handle = super().get_route_handler()
        requirement = requirement_of(self.dependant)
        is_kept = (self.openapi_extra or {}).get("x-answer-kept", True)
        if requirement is None or requirement.credential is Credential.NOBODY or not is_kept:
            return handle

        async def handle_once(request: Request) -> Response:
            key = request_key(request)
            if key is None or request.method in SAFE_METHODS:
                return await handle(request)
            caller = await requirement(request)
            assert caller is not None

            async def work() -> StoredAnswer:
                response = await handle(request)
                return StoredAnswer(response.status_code, bytes(response.body))

            keyed = KeyedRequest(
                caller.identity.account_id,
                _scope(caller.identity),
                key,
                await _fingerprint(request),
            )
            answer = await api_of(request).first_answers.once(keyed, work)
            headers = {REPEAT_HEADER: "true"} if answer.is_repeat else None
            return Response(answer.body, answer.status, headers, "application/json")

        return handle_once


def request_key(request: Request) -> str | None:
    """Give the request's Idempotency-Key.

    Raises:
        ValueRefused: it is not printable ASCII, too long, or given twice.
    """
    keys = request.headers.getlist(HEADER)
    if not keys:
        return None
    key = keys[0]
    if len(keys) > 1 or not 0 < len(key) <= KEY_LETTERS_MAX or not _is_printable(key):
        raise ValueRefused(name="Idempotency-Key", range="1 to 200 printable ASCII letters")
    return key


def operation_id(request: Request, identity: Identity) -> OperationId:
    """Give the operation id of a request's command: the log remembers it as long as it lives.

    A key that is a UUIDv7 is the operation id itself, so that a draft sent by socket and once
    more by HTTP is one message. Another key is hashed; without a key the id is fresh.
    """
    key = request_key(request)
    if key is None:
        return OperationId(api_of(request).ids.new_id())
    try:
        parsed = parse_id(key)
        if parsed[6] >> 4 == _VERSION_7:
            return OperationId(parsed)
    except ValueError:
        pass
    digest = hashlib.blake2b(key.encode(), key=_scope(identity), digest_size=10).digest()
    # The oldest time there is: an id without a time must not look newer than those of today.
    return OperationId(uuid7(0, digest))


def _scope(identity: Identity) -> bytes:
    """Whose keys these are: a visitor is one person per inbox."""
    return identity.actor + (identity.inbox_id if identity.is_visitor else b"")


def _is_printable(key: str) -> bool:
    return all("!" <= letter <= "~" for letter in key)


async def _fingerprint(request: Request) -> bytes:
    target = f"{request.method} {request.url.path}?{request.url.query}\0"
    return hashlib.sha256(target.encode() + await request.body()).digest()
