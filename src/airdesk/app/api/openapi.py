"""The routes as a table, and OpenAPI made from the same routes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from airdesk import __version__
from airdesk.app.api.authentication import Credential
from airdesk.app.api.requirements import requirement_of

UNSAFE_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})

_SCHEMES: Final[dict[Credential, list[dict[str, list[str]]]]] = {
    Credential.STAFF: [{"session": []}, {"api_token": []}],
    Credential.SESSION: [{"session": []}],
    Credential.VISITOR: [{"visitor": []}],
    Credential.NOBODY: [],
}

_PROBLEM: Final = {
    "description": "A problem (RFC 9457); `docs/reference/errors.md` lists the numbers.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}

_PROBLEM_SCHEMA: Final = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "number"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "number": {"type": "integer"},
        "fields": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "fault": {"type": "string"}},
            },
        },
    },
}

_SECURITY_SCHEMES: Final = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "airdesk_session",
        "description": "Set by log-in. Unsafe requests also need `X-AirDesk-CSRF`.",
    },
    "api_token": {"type": "http", "scheme": "bearer", "description": "A token `adt_…`."},
    "visitor": {"type": "http", "scheme": "bearer", "description": "A visitor's token, by boot."},
}


class RouteRow(NamedTuple):
    """One operation and whom it lets in."""

    method: str
    path: str
    operation_id: str
    credential: Credential
    permission: str
    """Name of the permission; "" where the credential alone is enough."""
    summary: str
    """What it does, in one sentence."""
    tag: str
    """What it belongs to."""


def route_table(app: FastAPI) -> list[RouteRow]:
    """Give every operation of the application, in the order of its routes.

    Raises:
        LookupError: a route says nothing of whom it lets in. It must not be served.
    """
    return [row for route in api_routes(app) for row in _rows(route)]


def api_routes(app: FastAPI) -> Iterator[APIRoute]:
    """Give the routes that are documented."""
    for route in app.routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            yield route


def _rows(route: APIRoute) -> Iterator[RouteRow]:
    requirement = requirement_of(route.dependant)
    if requirement is None:
        raise LookupError(f"{route.path} does not say whom it lets in")
    permission = requirement.permission.value if requirement.permission else ""
    summary = (route.endpoint.__doc__ or "").strip().partition("\n")[0]
    for method in sorted(route.methods or ()):
        yield RouteRow(
            method,
            route.path,
            route.name,
            requirement.credential,
            permission,
            summary,
            str(route.tags[0]),
        )


def install_openapi(app: FastAPI) -> None:
    """Let the application describe itself: problems, credentials, `x-permission`."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _described(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title="AirDesk",
        version=__version__,
        description="Accounts, conversations, files and the widget. Lists come in pages.",
        routes=app.routes,
    )
    components = schema.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM_SCHEMA
    components["securitySchemes"] = _SECURITY_SCHEMES
    for row in route_table(app):
        operation = schema["paths"][row.path][row.method.lower()]
        operation["x-permission"] = row.permission or row.credential.value
        operation["security"] = _SCHEMES[row.credential]
        responses = operation["responses"]
        for status in ("4XX", "5XX"):
            responses[status] = _PROBLEM
        responses.pop("422", None)
        is_kept = operation.get("x-answer-kept", row.credential is not Credential.NOBODY)
        if row.method in UNSAFE_METHODS and is_kept:
            operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    return schema


_IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A repeat with the same key and body gets the first answer for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
