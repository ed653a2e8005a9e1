"""Whether this process serves, and how a request came to it."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from airdesk import __version__
from airdesk.app.api.authentication import PUBLIC
from airdesk.app.api.context import api_of
from airdesk.app.api.models import Answer
from airdesk.core.kernel import AirDeskError
from airdesk.ports.directory import Directory

router = APIRouter(tags=["health"])


class Health(Answer):
    """What /health says."""

    status: str
    version: str


@router.get("/health", dependencies=[PUBLIC], response_model=Health)
async def health(request: Request) -> Response:
    """Tell whether the process serves: 200, or 503 while no home is behind it."""
    linked = api_of(request).is_linked()
    answer = Health(status="ok" if linked else "no home", version=__version__)
    status = HTTPStatus.OK if linked else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse(answer.model_dump(), status)


class Ready(Answer):
    """What /ready says."""

    status: str
    home: bool
    """A home takes messages."""
    directory: bool
    """The directory answers, and has this program's schema."""
    version: str


@router.get("/ready", dependencies=[PUBLIC], response_model=Ready)
async def ready(request: Request) -> Response:
    """Tell whether people can be served now: 200, or 503 with what is missing."""
    api = api_of(request)
    home, directory = api.is_linked(), await _directory_answers(api.directory)
    answer = Ready(
        status="ready" if home and directory else "not ready",
        home=home,
        directory=directory,
        version=__version__,
    )
    status = HTTPStatus.OK if home and directory else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse(answer.model_dump(), status)


async def _directory_answers(directory: Directory) -> bool:
    # Opening brought it to today's schema: a process that runs has no older one.
    try:
        async with directory.reading() as tx:
            await tx.accounts.all()
    except AirDeskError:
        return False
    return True


class Reach(Answer):
    """What /api/reach says: the request as it arrived here."""

    installation: str
    """A name that only this installation has."""
    version: str
    host: str
    scheme: str


@router.get("/api/reach", dependencies=[PUBLIC])
async def reach(request: Request) -> Reach:
    """Tell how this request arrived, for `airdesk doctor`: by which name and scheme."""
    return Reach(
        installation=api_of(request).installation,
        version=__version__,
        host=request.headers.get("host", ""),
        scheme=request.url.scheme,
    )
