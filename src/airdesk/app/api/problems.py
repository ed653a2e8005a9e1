"""Every error as a problem of RFC 9457: `application/problem+json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from airdesk.app.error_map import NUMBER_INVALID, problem_kind
from airdesk.core.kernel import (
    AirDeskError,
    AlreadyTaken,
    CapacityError,
    DependencyError,
    ValueRefused,
)

MEDIA_TYPE = "application/problem+json"

RETRY_S = 1
"""What Retry-After says where a limit was reached or something outside failed."""

FIELD_FAULTS_MAX = 20
"""Faults of fields that one problem lists; a body of nothing but faults would be echoed whole."""

logger = structlog.get_logger()


def problem(
    status: int,
    title: str,
    detail: str,
    number: int,
    *,
    fields: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Write a problem.

    Args:
        status: of HTTP.
        title: the same for every problem of its kind.
        detail: what happened this time.
        number: of the error tree, `docs/reference/errors.md`.
        fields: for a refused body, each field and its fault.
        headers: further headers.
    """
    body: dict[str, object] = {
        "type": f"urn:airdesk:error:{number}",
        "title": title,
        "status": int(status),
        "detail": detail,
        "number": number,
    }
    if fields:
        body["fields"] = list(fields)
    # Pure ASCII: a detail may quote half a surrogate pair, which UTF-8 cannot carry.
    return Response(json.dumps(body), int(status), headers, MEDIA_TYPE)


def error_response(error: AirDeskError) -> Response:
    """Write one of our errors."""
    kind = problem_kind(type(error))
    headers = {"cache-control": "no-store"}
    if isinstance(error, CapacityError | DependencyError):
        headers["retry-after"] = str(error.fields.get("wait_s", RETRY_S))
    if kind.status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    fields = _named_field(error)
    return problem(
        kind.status, kind.title, str(error), error.number, fields=fields, headers=headers
    )


def _named_field(error: AirDeskError) -> list[dict[str, str]]:
    """Give the field that a refused value belongs to, so that a form can mark it."""
    name = error.fields.get("name")
    if not isinstance(error, ValueRefused | AlreadyTaken) or not isinstance(name, str):
        return []
    fault = str(error.fields.get("range", "it is taken"))
    return [{"field": name, "fault": fault}]


def install_problems(app: FastAPI) -> None:
    """Let the application answer every error as a problem."""
    app.add_exception_handler(AirDeskError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(ClientDisconnect, _on_gone)
    app.add_exception_handler(Exception, _on_defect)


async def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AirDeskError)
    if isinstance(error, DependencyError):
        logger.warning("request failed", path=request.url.path, error=str(error))
        error = _without_secrets(error)
    return error_response(error)


def _without_secrets(error: DependencyError) -> DependencyError:
    """Keep paths and messages of what failed in our log; a stranger is told the kind alone."""
    kind = type(error)
    public = dict.fromkeys(error.fields, "see the log")
    return kind(**public)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = [_field_fault(one) for one in error.errors()[:FIELD_FAULTS_MAX]]
    first = fields[0] if fields else {"field": "", "fault": "it does not fit"}
    detail = f"{first['field']}: {first['fault']}"
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The request does not fit",
        detail,
        ValueRefused.number,
        fields=fields,
    )


def _field_fault(fault: Mapping[str, Any]) -> dict[str, str]:
    """Name the field and the fault; never the value, which may be a password."""
    where = [str(part) for part in fault.get("loc", ())]
    name = ".".join(where[1:]) or (where[0] if where else "")
    return {"field": name[:200], "fault": str(fault.get("msg", ""))[:200]}


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = HTTPStatus(error.status_code).phrase
    headers = dict(error.headers or {})
    return problem(error.status_code, title, str(error.detail), NUMBER_INVALID, headers=headers)


async def _on_gone(request: Request, error: Exception) -> Response:
    """Answer nobody: he hung up in the middle of his body."""
    return problem(HTTPStatus.BAD_REQUEST, "Broken off", "the body ended early", NUMBER_INVALID)


async def _on_defect(request: Request, error: Exception) -> Response:
    logger.error("defect", path=request.url.path, exc_info=error)
    kind = problem_kind(AirDeskError)
    return problem(kind.status, kind.title, "the defect was logged", AirDeskError.number)
