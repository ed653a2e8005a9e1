"""What the widget asks: how it looks, who its visitor is, what was said before."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from airdesk.app.api.authentication import PUBLIC, Visitor
from airdesk.app.api.context import api_of, client_address
from airdesk.app.api.idempotency import NOT_KEPT, ApiRoute
from airdesk.app.api.models import Answer, Body, Done, IdText
from airdesk.app.api.problems import error_response
from airdesk.app.api.rendering import EventAnswer, RowAnswer, event_answer, row_answer
from airdesk.app.api.routes.files import (
    RAW_ANSWER,
    RAW_BODY,
    FileName,
    UploadAnswer,
    file_response,
    take_upload,
)
from airdesk.core.accounts import (
    Contact,
    Device,
    Inbox,
    Member,
    PageView,
    User,
    device_of,
    origin_matches,
    shown,
)
from airdesk.core.dialogue import SUGGESTIONS_MAX
from airdesk.core.kernel import (
    NO_ID,
    InboxId,
    SiteNotAllowed,
    UnknownEntity,
    id_text,
    limits,
    parse_id,
)
from airdesk.services.media import INLINE_TYPES
from airdesk.services.quotas import address_key
from airdesk.services.visitors import Boot, BootRequest, Claim

router = APIRouter(prefix="/api/widget", route_class=ApiRoute, tags=["widget"])

CONFIG_CACHE = "public, max-age=60"

ShortLine = Annotated[str, Field(max_length=200)]
Attributes = Annotated[
    dict[
        Annotated[str, Field(min_length=1, max_length=64)],
        Annotated[str, Field(max_length=limits.ATTRIBUTE_CHARS_MAX)],
    ],
    Field(max_length=limits.ATTRIBUTES_MAX),
]


class WidgetTexts(Answer):
    """The widget's words; "" for its own."""

    title: str
    subtitle: str
    greeting: str
    offline: str
    placeholder: str
    form_title: str


class WidgetConfig(Answer):
    """How an inbox's widget looks and behaves."""

    inbox_id: str
    name: str
    colour: str
    logo_url: str | None
    position: str
    offset_x: int
    offset_y: int
    theme: str
    language: str
    texts: dict[str, WidgetTexts]
    form: str
    form_fields: list[str]
    show_rating: bool
    sound: bool
    identify_required: bool


class IdentifyBody(Body):
    """What the customer's server says of the visitor, with its proof."""

    user_id: Annotated[str, Field(min_length=1, max_length=200)]
    hmac: Annotated[str, Field(max_length=128)]
    name: ShortLine = ""
    email: ShortLine = ""
    attributes: Attributes = Field(default_factory=dict)


class PageBody(Body):
    """A page that the visitor looks at."""

    url: Annotated[str, Field(min_length=1, max_length=limits.URL_CHARS_MAX)]
    title: Annotated[str, Field(max_length=limits.TITLE_CHARS_MAX)] = ""
    at_ms: Annotated[int, Field(ge=0, le=2**53 - 1)] = 0


class BootBody(Body):
    """What the widget says when it opens."""

    inbox: IdText
    token: str = ""
    """One that is none, however long, makes a new visitor: a spoilt store must shut nobody out."""
    identify: IdentifyBody | None = None
    language: Annotated[str, Field(max_length=35)] = ""
    page: PageBody | None = None


class ContactAnswer(Answer):
    """What the visitor said of himself."""

    name: str
    email: str
    is_verified: bool


class AgentName(Answer):
    """Somebody whose messages the visitor may see."""

    id: str
    name: str


class Suggestions(Answer):
    """Questions to offer before the first message, by the language of the page."""

    zh: list[str]
    en: list[str]


class BootAnswer(Answer):
    """All that a widget needs before its first paint."""

    token: str
    visitor_id: str
    inbox: WidgetConfig
    online: int
    waiting: int
    contact: ContactAnswer
    agents: list[AgentName]
    conversation: RowAnswer | None
    events: list[EventAnswer]
    at_start: bool
    suggestions: Suggestions


class ContactBody(Body):
    """What the visitor says of himself; what is left out stays."""

    name: ShortLine | None = None
    email: ShortLine | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    attributes: Attributes = Field(default_factory=dict)


class PagesBody(Body):
    """Pages in the order in which they were seen."""

    views: Annotated[list[PageBody], Field(max_length=limits.PAGES_AT_ONCE_MAX)]


class PresenceAnswer(Answer):
    """Whether somebody is there."""

    online: int
    waiting: int


class AgentNames(Answer):
    """Those who may answer."""

    items: list[AgentName]


@router.get("/config", dependencies=[PUBLIC], response_model=WidgetConfig)
async def get_widget_config(request: Request, inbox: Annotated[IdText, Query()]) -> Response:
    """Show how an inbox's widget looks; nothing of it is secret.

    A site that may not show the chat is refused: its visitors see no bubble rather than one that
    opens an empty panel.
    """
    found = await api_of(request).visitors.inbox(InboxId(parse_id(inbox)))
    headers = {
        "vary": "origin",
        "cache-control": CONFIG_CACHE,
        # The loader reads it from the customer's site, without any credential.
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
    }
    site = request.headers.get("origin", "")
    is_ours = site.partition("://")[2].lower() == request.headers.get("host", "").lower()
    if site and not is_ours and not origin_matches(site, found.allowed_origins):
        refusal = error_response(SiteNotAllowed(site=site[: limits.ORIGIN_CHARS_MAX]))
        refusal.headers["access-control-allow-origin"] = "*"
        return refusal
    return JSONResponse(config_answer(found).model_dump(), headers=headers)


@router.post("/boot", dependencies=[PUBLIC], openapi_extra=NOT_KEPT)
async def boot_widget(request: Request, body: BootBody) -> BootAnswer:
    """Say who the visitor is, and what he saw last."""
    api = api_of(request)
    said = body.identify
    claim = None
    if said is not None:
        claim = Claim(said.user_id, said.hmac, said.name, said.email, said.attributes)
    page = None if body.page is None else _page_view(body.page, api.clock.now_ms())
    wish = BootRequest(InboxId(parse_id(body.inbox)), body.token, claim, page, _device(request))
    address = address_key(client_address(request))
    return _boot_answer(await api.visitors.boot(wish, lambda: api.new_visitors.count(address)))


@router.post("/contact")
async def keep_contact(request: Request, caller: Visitor, body: ContactBody) -> ContactAnswer:
    """Store what the visitor says of himself."""
    api = api_of(request)
    api.contact_changes.count(caller.identity.person_key)
    await api.visitors.refuse_blocked(caller.identity)
    contact = await api.visitors.keep_contact(
        caller.identity, body.name, body.email, body.phone, body.attributes
    )
    return _contact_answer(contact)


@router.post("/pages")
async def add_pages(request: Request, caller: Visitor, body: PagesBody) -> Done:
    """Store where the visitor was on the customer's site."""
    api = api_of(request)
    api.trails.count(caller.identity.person_key)
    await api.visitors.refuse_blocked(caller.identity)
    now_ms = api.clock.now_ms()
    views = [_page_view(one, now_ms) for one in body.views]
    await api.visitors.add_pages(caller.identity, views, _device(request))
    return Done()


@router.post("/files", openapi_extra=RAW_BODY)
async def upload_visitor_file(
    request: Request, caller: Visitor, name: FileName = "file"
) -> UploadAnswer:
    """Upload a file; the ticket then goes into a message."""
    await api_of(request).visitors.refuse_blocked(caller.identity)
    return await take_upload(request, caller, name)


@router.get("/files/{file_id}", response_class=Response, responses=RAW_ANSWER)
async def get_visitor_file(request: Request, caller: Visitor, file_id: IdText) -> Response:
    """Give a file's bytes to the visitor whose conversation it is in."""
    api = api_of(request)
    file = await api.files.find_for_visitor(caller.identity, parse_id(file_id))
    return file_response(file, await api.files.bytes_of(file))


@router.get("/logo", dependencies=[PUBLIC], response_class=Response, responses=RAW_ANSWER)
async def get_logo(request: Request, inbox: Annotated[IdText, Query()]) -> Response:
    """Give the picture that an inbox shows to everybody."""
    api = api_of(request)
    found = await api.visitors.inbox(InboxId(parse_id(inbox)))
    if found.settings.logo_file_id == NO_ID:
        raise UnknownEntity(name="logo")
    file = await api.files.find_for_staff(found.account_id, found.settings.logo_file_id)
    if file.media_type not in INLINE_TYPES:
        raise UnknownEntity(name="logo")
    answer = file_response(file, await api.files.bytes_of(file))
    answer.headers["cache-control"] = CONFIG_CACHE
    answer.headers["cross-origin-resource-policy"] = "cross-origin"
    return answer


@router.get("/agents")
async def list_agent_names(request: Request, caller: Visitor) -> AgentNames:
    """Name those who may answer."""
    seats = await api_of(request).visitors.agents(caller.identity)
    return AgentNames(items=[_agent_name(*seat) for seat in seats])


@router.get("/presence")
async def get_presence(request: Request, caller: Visitor) -> PresenceAnswer:
    """Tell whether somebody is there, and how many wait."""
    presence = await api_of(request).visitors.presence(caller.identity)
    return PresenceAnswer(online=presence.online, waiting=presence.waiting)


def config_answer(inbox: Inbox) -> WidgetConfig:
    """Write what a widget may know of its inbox: no rule, no team, no secret, no origin."""
    settings = shown(inbox.settings)
    assert isinstance(settings, dict)
    logo_id = settings.pop("logo_file_id")
    inbox_id = id_text(inbox.inbox_id)
    return WidgetConfig.model_validate(
        {
            **settings,
            "inbox_id": inbox_id,
            "name": inbox.name,
            "logo_url": f"/api/widget/logo?inbox={inbox_id}" if logo_id else None,
            "identify_required": inbox.identify_required,
        }
    )


def _boot_answer(boot: Boot) -> BootAnswer:
    view = boot.conversation
    opened_ms = view.state.opened_ms if view is not None else 0
    return BootAnswer(
        token=boot.token,
        visitor_id=id_text(boot.identity.person_id),
        inbox=config_answer(boot.inbox),
        online=boot.presence.online,
        waiting=boot.presence.waiting,
        contact=_contact_answer(boot.contact),
        agents=[_agent_name(*seat) for seat in boot.agents],
        conversation=None if view is None else row_answer(view, boot.presence.place),
        events=[event_answer(event, opened_ms, public=True) for event in boot.events],
        at_start=boot.at_start,
        suggestions=Suggestions(zh=_offered(boot, "zh"), en=_offered(boot, "en")),
    )


def _offered(boot: Boot, language: str) -> list[str]:
    questions = [one.question for one in boot.suggestions if one.language == language]
    return questions[:SUGGESTIONS_MAX]


def _contact_answer(contact: Contact | None) -> ContactAnswer:
    if contact is None:
        return ContactAnswer(name="", email="", is_verified=False)
    return ContactAnswer(name=contact.name, email=contact.email, is_verified=contact.is_verified)


def _agent_name(member: Member, user: User) -> AgentName:
    return AgentName(id=id_text(member.user_id), name=user.name)


def _device(request: Request) -> Device:
    return device_of(request.headers.get("user-agent", ""))


def _page_view(page: PageBody, now_ms: int) -> PageView:
    """A visitor's clock may be wrong, but a page was not seen in the future."""
    return PageView(page.url, page.title, min(page.at_ms or now_ms, now_ms))
