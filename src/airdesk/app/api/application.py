"""HTTP beside the sockets: the API, its description, the pages."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware

from airdesk.app.api.context import Api
from airdesk.app.api.metrics import install_metrics
from airdesk.app.api.middleware import BodyLimit, PlainAddresses, RequestNames, SecurityHeaders
from airdesk.app.api.openapi import install_openapi, route_table
from airdesk.app.api.pages import install_pages
from airdesk.app.api.problems import install_problems
from airdesk.app.api.routes import (
    account,
    auth,
    builtin,
    catalogue,
    contacts,
    conversations,
    doors,
    faq_trial,
    files,
    health,
    online,
    people,
    search,
    stress,
    widget,
)
from airdesk.core.kernel import limits

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router,
    builtin.router,
    auth.router,
    account.router,
    people.router,
    doors.router,
    faq_trial.router,
    catalogue.router,
    contacts.router,
    conversations.router,
    online.router,
    search.router,
    files.router,
    stress.router,
    widget.router,
)


def application(api: Api) -> FastAPI:
    """Make the HTTP application of one gateway process.

    Args:
        api: what the routes work with.

    Raises:
        LookupError: a route does not say whom it lets in.
    """
    app = described_application()
    app.state.api = api
    install_pages(app, api)
    if api.figures is not None:
        install_metrics(app, api.figures, api.metrics_token)
    return app


def described_application() -> FastAPI:
    """Make the application without anything behind it: its routes, its description."""
    app = FastAPI(
        title="AirDesk",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
        middleware=[
            Middleware(RequestNames),
            Middleware(SecurityHeaders),
            Middleware(PlainAddresses),
            Middleware(
                BodyLimit,
                bytes_max=limits.BODY_BYTES_MAX,
                upload_bytes_max=limits.FILE_BYTES_MAX,
            ),
        ],
    )
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
    install_problems(app)
    install_openapi(app)
    route_table(app)
    return app
