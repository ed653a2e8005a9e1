"""Whether this process serves."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from airdesk import __version__
from airdesk.app.api.authentication import PUBLIC
from airdesk.app.api.context import api_of
from airdesk.app.api.models import Answer

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
