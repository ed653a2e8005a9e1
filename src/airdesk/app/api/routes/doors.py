"""Inboxes: how they look, when they are open, who may show them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request
from pydantic import BeforeValidator, Field

from airdesk.app.api.authentication import Caller, requires
from airdesk.app.api.context import api_of
from airdesk.app.api.idempotency import NOT_KEPT, ApiRoute
from airdesk.app.api.models import Answer, Body, Done, IdText, Name
from airdesk.app.api.paging import PAGE_ITEMS, After, Limit, Page, page_of, read_id
from airdesk.app.api.routes.auth import by
from airdesk.app.api.routes.files import RAW_BODY, FileName
from airdesk.app.api.routes.people import Skills
from airdesk.app.api.routes.widget import WidgetTexts
from airdesk.core.accounts import (
    Hours,
    Inbox,
    InboxSettings,
    InboxTexts,
    LanguageTexts,
    shown,
)
from airdesk.core.conversation import RoutingRule
from airdesk.core.kernel import (
    NO_ID,
    FileId,
    InboxId,
    Permission,
    TeamId,
    ValueRefused,
    id_text,
    limits,
    parse_id,
)
from airdesk.services.media import INLINE_TYPES

router = APIRouter(prefix="/api/v1/inboxes", route_class=ApiRoute, tags=["inboxes"])

InboxesRead = Annotated[Caller, requires(Permission.INBOXES_READ)]
InboxesWrite = Annotated[Caller, requires(Permission.INBOXES_WRITE)]
HoursRead = Annotated[Caller, requires(Permission.HOURS_READ)]
HoursWrite = Annotated[Caller, requires(Permission.HOURS_WRITE)]

RULES = tuple(rule.name.lower() for rule in RoutingRule)
RuleWord = Annotated[str, Field(pattern=f"^({'|'.join(RULES)})$")]
Milliseconds = Annotated[int, Field(ge=0, le=limits.INBOX_MS_MAX)]
Text = Annotated[str, Field(max_length=limits.WIDGET_TEXT_CHARS_MAX)]
Offset = Annotated[int, Field(ge=0, le=500)]
Origins = Annotated[
    list[Annotated[str, Field(max_length=limits.ORIGIN_CHARS_MAX)]],
    Field(max_length=limits.ORIGINS_MAX),
]
Word = Annotated[str, Field(max_length=20)]
Minutes = Annotated[int, Field(ge=0, le=1440)]


def _as_spans(day: Any) -> Any:
    """Read a day as version 0.1.0 wrote it: one span, of equal numbers where it is closed."""
    is_one_span = isinstance(day, list) and len(day) == 2 and all(type(one) is int for one in day)
    if not is_one_span:
        return day
    return [] if day[0] == day[1] else [day]


DaySpans = Annotated[
    list[tuple[Minutes, Minutes]],
    Field(max_length=limits.DAY_SPANS_MAX),
    BeforeValidator(_as_spans),
]


class SettingsAnswer(Answer):
    """How the widget looks and behaves."""

    colour: str
    logo_file_id: str | None
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


class InboxAnswer(Answer):
    """An inbox."""

    inbox_id: str
    name: str
    allowed_origins: list[str]
    rule: str
    team_id: str | None
    skills: list[str]
    sticky: bool
    has_bot: bool
    answer_ms_max: int
    reopen_ms_max: int
    identify_required: bool
    settings: SettingsAnswer
    created_ms: int
    visitor_key_epoch: int
    """How often the key of its visitors' tokens was renewed."""
    identify_secret: str | None = None
    """Hexadecimal; null for whoever may not change inboxes."""


class TextsBody(Body):
    """Words of the widget in one language; what is left out stays, "" is its own."""

    title: Text | None = None
    subtitle: Text | None = None
    greeting: Text | None = None
    offline: Text | None = None
    placeholder: Text | None = None
    form_title: Text | None = None


class LanguagesBody(Body):
    """Words of the widget by language."""

    zh: TextsBody | None = None
    en: TextsBody | None = None


class SettingsBody(Body):
    """What to change of the look; what is left out stays."""

    colour: Word | None = None
    logo_file_id: IdText | None = None
    """Null takes the logo away."""
    position: Word | None = None
    offset_x: Offset | None = None
    offset_y: Offset | None = None
    theme: Word | None = None
    language: Word | None = None
    texts: LanguagesBody | None = None
    form: Word | None = None
    form_fields: Annotated[list[Word], Field(max_length=10)] | None = None
    show_rating: bool | None = None
    sound: bool | None = None


class InboxChange(Body):
    """What to change of an inbox; what is left out stays."""

    name: Name | None = None
    allowed_origins: Origins | None = None
    rule: RuleWord | None = None
    team_id: IdText | None = None
    """Null lets everybody answer."""
    skills: Skills | None = None
    sticky: bool | None = None
    has_bot: bool | None = None
    answer_ms_max: Milliseconds | None = None
    reopen_ms_max: Milliseconds | None = None
    identify_required: bool | None = None
    settings: SettingsBody | None = None


class InboxBody(InboxChange):
    """A new inbox."""

    name: Name


class HoursAnswer(Answer):
    """When an inbox is attended."""

    inbox_id: str
    timezone: str
    week: list[list[tuple[int, int]]]
    """From Monday: each day's spans [from, to) in minutes of the day; none for a closed day."""
    holidays: list[str]
    is_set: bool
    """False while nobody has said: it is always attended then, by whatever clock."""


class HoursBody(Body):
    """When an inbox is attended."""

    timezone: Annotated[str, Field(max_length=64)]
    week: Annotated[list[DaySpans], Field(min_length=7, max_length=7)]
    """From Monday: each day's spans [from, to) in minutes of the day, none over another; one
    span may stand alone, [540, 1080], with equal numbers for a closed day."""
    holidays: Annotated[
        list[Annotated[str, Field(max_length=10)]], Field(max_length=limits.HOLIDAYS_MAX)
    ] = Field(default_factory=list)


class SecretAnswer(Answer):
    """The secret with which the customer's server signs who a visitor is."""

    identify_secret: str


@router.get("")
async def list_inboxes(
    request: Request, caller: InboxesRead, after: After = "", limit: Limit = PAGE_ITEMS
) -> Page[InboxAnswer]:
    """List the inboxes."""
    doors = api_of(request).accounts.doors
    found = await doors.inboxes(caller.identity.account_id, read_id(after), limit)
    return page_of([_inbox(one, caller) for one in found], limit, lambda one: one.inbox_id)


@router.post("", openapi_extra=NOT_KEPT)
async def add_inbox(request: Request, caller: InboxesWrite, body: InboxBody) -> InboxAnswer:
    """Make an inbox."""
    fields = _fields(body, InboxSettings())
    return _inbox(await api_of(request).accounts.doors.add(by(caller), fields), caller)


@router.get("/{inbox_id}")
async def get_inbox(request: Request, caller: InboxesRead, inbox_id: IdText) -> InboxAnswer:
    """Show one inbox."""
    return _inbox(await _find(request, caller, inbox_id), caller)


@router.patch("/{inbox_id}", openapi_extra=NOT_KEPT)
async def change_inbox(
    request: Request, caller: InboxesWrite, inbox_id: IdText, body: InboxChange
) -> InboxAnswer:
    """Change an inbox."""
    before = await _find(request, caller, inbox_id)
    fields = _fields(body, before.settings)
    doors = api_of(request).accounts.doors
    return _inbox(await doors.change(by(caller), before.inbox_id, fields), caller)


@router.delete("/{inbox_id}")
async def remove_inbox(request: Request, caller: InboxesWrite, inbox_id: IdText) -> Done:
    """Remove an inbox; its conversations stay."""
    await api_of(request).accounts.doors.remove(by(caller), InboxId(parse_id(inbox_id)))
    return Done()


@router.post("/{inbox_id}/identify-secret", openapi_extra=NOT_KEPT)
async def renew_identify_secret(
    request: Request, caller: InboxesWrite, inbox_id: IdText
) -> SecretAnswer:
    """Make a new secret for identify; what the old one signed is void at once."""
    doors = api_of(request).accounts.doors
    secret = await doors.new_secret(by(caller), InboxId(parse_id(inbox_id)))
    return SecretAnswer(identify_secret=secret.hex())


@router.post("/{inbox_id}/visitor-key", openapi_extra=NOT_KEPT)
async def renew_visitor_key(
    request: Request, caller: InboxesWrite, inbox_id: IdText
) -> InboxAnswer:
    """Void the tokens of all visitors of an inbox; their sockets close within a second.

    Whoever the site's server vouches for comes back as himself. A guest begins anew: he sees
    nothing of what he wrote before.
    """
    doors = api_of(request).accounts.doors
    return _inbox(await doors.renew_visitor_key(by(caller), InboxId(parse_id(inbox_id))), caller)


@router.post("/{inbox_id}/logo/files", openapi_extra=RAW_BODY)
async def upload_logo(
    request: Request, caller: InboxesWrite, inbox_id: IdText, name: FileName = "logo"
) -> InboxAnswer:
    """Upload the picture that the widget shows to everybody: PNG, JPEG, GIF or WebP."""
    api = api_of(request)
    before = await _find(request, caller, inbox_id)
    api.uploads.count(caller.identity.account_id + caller.identity.person_id)
    received = await api.files.receive(caller.identity, name, request.stream())
    if received.file.media_type not in INLINE_TYPES:
        await api.files.remove(received.file)
        raise ValueRefused(name="logo", range="a PNG, JPEG, GIF or WebP picture")
    settings = msgspec.structs.replace(before.settings, logo_file_id=received.file.file_id)
    changed = await api.accounts.doors.change(by(caller), before.inbox_id, {"settings": settings})
    return _inbox(changed, caller)


@router.get("/{inbox_id}/hours")
async def get_hours(request: Request, caller: HoursRead, inbox_id: IdText) -> HoursAnswer:
    """Tell when an inbox is attended."""
    account_id, wanted = caller.identity.account_id, InboxId(parse_id(inbox_id))
    found = await api_of(request).accounts.doors.hours(account_id, wanted)
    return _hours(found or Hours(account_id, wanted), is_set=found is not None)


@router.put("/{inbox_id}/hours")
async def set_hours(
    request: Request, caller: HoursWrite, inbox_id: IdText, body: HoursBody
) -> HoursAnswer:
    """Say when an inbox is attended."""
    hours = Hours(
        caller.identity.account_id,
        InboxId(parse_id(inbox_id)),
        body.timezone,
        tuple(tuple(day) for day in body.week),
        tuple(body.holidays),
    )
    return _hours(await api_of(request).accounts.doors.set_hours(by(caller), hours))


async def _find(request: Request, caller: Caller, inbox_id: str) -> Inbox:
    doors = api_of(request).accounts.doors
    return await doors.inbox(caller.identity.account_id, InboxId(parse_id(inbox_id)))


def _fields(body: InboxChange, settings: InboxSettings) -> dict[str, Any]:
    """Give the fields that a body names, as the directory has them."""
    fields = body.model_dump(exclude_unset=True, exclude={"settings", "team_id"})
    fields = {name: value for name, value in fields.items() if value is not None}
    if "rule" in fields:
        fields["rule"] = RoutingRule(RULES.index(fields["rule"]))
    if "team_id" in body.model_fields_set:
        fields["team_id"] = TeamId(NO_ID if body.team_id is None else parse_id(body.team_id))
    if body.settings is not None:
        fields["settings"] = _settings(body.settings, settings)
    return fields


def _settings(body: SettingsBody, before: InboxSettings) -> InboxSettings:
    fields = body.model_dump(exclude_none=True, exclude={"texts", "logo_file_id"})
    if "colour" in fields:
        fields["colour"] = fields["colour"].lower()
    if "form_fields" in fields:
        fields["form_fields"] = tuple(fields["form_fields"])
    if "logo_file_id" in body.model_fields_set:
        logo = body.logo_file_id
        fields["logo_file_id"] = FileId(NO_ID if logo is None else parse_id(logo))
    if body.texts is not None:
        fields["texts"] = LanguageTexts(
            zh=_texts(body.texts.zh, before.texts.zh), en=_texts(body.texts.en, before.texts.en)
        )
    return msgspec.structs.replace(before, **fields)


def _texts(body: TextsBody | None, before: InboxTexts) -> InboxTexts:
    if body is None:
        return before
    return msgspec.structs.replace(before, **body.model_dump(exclude_none=True))


def _inbox(inbox: Inbox, caller: Caller) -> InboxAnswer:
    plain = shown(inbox)
    assert isinstance(plain, dict)
    may_change = Permission.INBOXES_WRITE in caller.permissions
    secret = inbox.identify_secret.hex() if may_change else None
    return InboxAnswer.model_validate({**plain, "identify_secret": secret})


def _hours(hours: Hours, is_set: bool = True) -> HoursAnswer:
    return HoursAnswer(
        inbox_id=id_text(hours.inbox_id),
        timezone=hours.timezone,
        week=[list(day) for day in hours.week],
        holidays=list(hours.holidays),
        is_set=is_set,
    )
