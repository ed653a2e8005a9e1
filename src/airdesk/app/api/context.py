"""What the routes work with, handed to them by the application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request

from airdesk.app.builtin import Builtin
from airdesk.app.metrics.figures import Snapshot
from airdesk.ports.clock import Clock, IdSource
from airdesk.ports.conversation_views import ConversationViews
from airdesk.ports.directory import Directory
from airdesk.ports.home_commands import HomeCommands
from airdesk.services.access import Access, Links, Tokens
from airdesk.services.accounts import Accounts
from airdesk.services.faq import Faqs
from airdesk.services.files import Files
from airdesk.services.first_answers import FirstAnswers
from airdesk.services.quotas import Quota
from airdesk.services.visitors import Visitors


@dataclass(frozen=True, slots=True)
class Api:
    """The parts behind the routes of one process."""

    builtin: Builtin
    """The built-in account; without seats it is not served."""
    clock: Clock
    ids: IdSource
    tokens: Tokens
    directory: Directory
    access: Access
    links: Links
    accounts: Accounts
    home: HomeCommands
    views: ConversationViews
    faqs: Faqs
    files: Files
    visitors: Visitors
    first_answers: FirstAnswers
    new_visitors: Quota
    """New visitors by address."""
    uploads: Quota
    """Files by person."""
    contact_changes: Quota
    """What visitors say of themselves, by person."""
    trails: Quota
    """What they tell of pages, by person."""
    log_head: Callable[[], int]
    """The last durable position of the log."""
    is_linked: Callable[[], bool]
    """Whether a home is behind this process."""
    web: Path
    """The folder `web/apps`, where each application has its built pages in `dist`."""
    installation: str = ""
    """A name that only this installation has."""
    figures: Callable[[], Awaitable[Snapshot]] | None = None
    """What /metrics tells; None while it is off."""
    metrics_token: str = ""
    """What it asks for."""
    answered: Callable[[int], None] = lambda status: None
    """Told of the status of each answer."""
    has_demo: bool = False
    """Whether the demo shop is served."""

    @property
    def has_builtin(self) -> bool:
        """True while the built-in account and its plain pages are on."""
        return bool(self.builtin.agent_ids)


def api_of(request: Request) -> Api:
    """Give what the application was made with."""
    api = request.app.state.api
    assert isinstance(api, Api)
    return api


def client_address(request: Request) -> str:
    """Give the address that a request came from; only a trusted proxy's word counts."""
    return request.client.host if request.client is not None else ""
