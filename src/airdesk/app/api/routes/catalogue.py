"""Canned replies, questions of the bot, labels."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field

from airdesk.app.api.authentication import Caller, requires
from airdesk.app.api.context import api_of
from airdesk.app.api.idempotency import ApiRoute
from airdesk.app.api.models import Answer, Body, Done, IdText
from airdesk.app.api.paging import PAGE_ITEMS, After, Limit, Page, page_of, read_id
from airdesk.app.api.routes.auth import by
from airdesk.core.accounts import shown
from airdesk.core.kernel import NO_ID, InboxId, Permission, limits, parse_id

router = APIRouter(prefix="/api/v1", route_class=ApiRoute, tags=["catalogue"])

CannedRead = Annotated[Caller, requires(Permission.CANNED_READ)]
CannedWrite = Annotated[Caller, requires(Permission.CANNED_WRITE)]
FaqRead = Annotated[Caller, requires(Permission.FAQ_READ)]
FaqWrite = Annotated[Caller, requires(Permission.FAQ_WRITE)]
LabelsRead = Annotated[Caller, requires(Permission.LABELS_READ)]
LabelsWrite = Annotated[Caller, requires(Permission.LABELS_WRITE)]

Shortcut = Annotated[str, Field(min_length=1, max_length=50)]
LongText = Annotated[str, Field(min_length=1, max_length=limits.CANNED_CHARS_MAX)]
Question = Annotated[str, Field(min_length=1, max_length=limits.QUESTION_CHARS_MAX)]
Questions = Annotated[list[Question], Field(max_length=limits.FAQ_VARIANTS_MAX)]
LabelName = Annotated[str, Field(min_length=1, max_length=40)]
Word = Annotated[str, Field(max_length=20)]


class CannedAnswer(Answer):
    """An answer that agents need often."""

    canned_id: str
    shortcut: str
    text: str


class CannedBody(Body):
    """A new canned reply."""

    shortcut: Shortcut
    text: LongText


class CannedChange(Body):
    """What to change of one; what is left out stays."""

    shortcut: Shortcut | None = None
    text: LongText | None = None


class FaqAnswer(Answer):
    """A question that the bot can answer."""

    faq_id: str
    inbox_id: str | None
    question: str
    variants: list[str]
    answer: str
    is_suggested: bool
    language: str


class FaqBody(Body):
    """A new question."""

    question: Question
    answer: LongText
    inbox_id: IdText | None = None
    variants: Questions = Field(default_factory=list)
    is_suggested: bool = False
    language: Word = "en"


class FaqChange(Body):
    """What to change of one; what is left out stays."""

    question: Question | None = None
    answer: LongText | None = None
    inbox_id: IdText | None = None
    """Null offers it in every inbox."""
    variants: Questions | None = None
    is_suggested: bool | None = None
    language: Word | None = None


class LabelAnswer(Answer):
    """A word in a colour."""

    label_id: str
    name: str
    colour: str


class LabelBody(Body):
    """A new label."""

    name: LabelName
    colour: Word


class LabelChange(Body):
    """What to change of one; what is left out stays."""

    name: LabelName | None = None
    colour: Word | None = None


# Canned replies -------------------------------------------------------------------------------


@router.get("/canned")
async def list_canned(
    request: Request, caller: CannedRead, after: After = "", limit: Limit = PAGE_ITEMS
) -> Page[CannedAnswer]:
    """List the canned replies."""
    canned = api_of(request).accounts.catalogue.canned
    found = await canned.page(caller.identity.account_id, read_id(after), limit)
    items = [CannedAnswer.model_validate(shown(one)) for one in found]
    return page_of(items, limit, lambda one: one.canned_id)


@router.post("/canned")
async def add_canned(request: Request, caller: CannedWrite, body: CannedBody) -> CannedAnswer:
    """Make a canned reply."""
    catalogue = api_of(request).accounts.catalogue
    new = await catalogue.add_canned(by(caller), body.shortcut, body.text)
    return CannedAnswer.model_validate(shown(new))


@router.get("/canned/{canned_id}")
async def get_canned(request: Request, caller: CannedRead, canned_id: IdText) -> CannedAnswer:
    """Show one canned reply."""
    canned = api_of(request).accounts.catalogue.canned
    found = await canned.one(caller.identity.account_id, parse_id(canned_id))
    return CannedAnswer.model_validate(shown(found))


@router.patch("/canned/{canned_id}")
async def change_canned(
    request: Request, caller: CannedWrite, canned_id: IdText, body: CannedChange
) -> CannedAnswer:
    """Change a canned reply."""
    canned = api_of(request).accounts.catalogue.canned
    fields = body.model_dump(exclude_none=True)
    changed = await canned.change(by(caller), parse_id(canned_id), fields)
    return CannedAnswer.model_validate(shown(changed))


@router.delete("/canned/{canned_id}")
async def remove_canned(request: Request, caller: CannedWrite, canned_id: IdText) -> Done:
    """Remove a canned reply."""
    await api_of(request).accounts.catalogue.canned.remove(by(caller), parse_id(canned_id))
    return Done()


# Questions of the bot -------------------------------------------------------------------------


@router.get("/faq")
async def list_faq(
    request: Request, caller: FaqRead, after: After = "", limit: Limit = PAGE_ITEMS
) -> Page[FaqAnswer]:
    """List the questions that the bot can answer."""
    faq = api_of(request).accounts.catalogue.faq
    found = await faq.page(caller.identity.account_id, read_id(after), limit)
    items = [FaqAnswer.model_validate(shown(one)) for one in found]
    return page_of(items, limit, lambda one: one.faq_id)


@router.post("/faq")
async def add_faq(request: Request, caller: FaqWrite, body: FaqBody) -> FaqAnswer:
    """Make a question."""
    more = _faq_fields(body.model_dump(exclude={"question", "answer"}))
    catalogue = api_of(request).accounts.catalogue
    new = await catalogue.add_faq(by(caller), body.question, body.answer, **more)
    return FaqAnswer.model_validate(shown(new))


@router.get("/faq/{faq_id}")
async def get_faq(request: Request, caller: FaqRead, faq_id: IdText) -> FaqAnswer:
    """Show one question."""
    faq = api_of(request).accounts.catalogue.faq
    found = await faq.one(caller.identity.account_id, parse_id(faq_id))
    return FaqAnswer.model_validate(shown(found))


@router.patch("/faq/{faq_id}")
async def change_faq(
    request: Request, caller: FaqWrite, faq_id: IdText, body: FaqChange
) -> FaqAnswer:
    """Change a question."""
    said = body.model_dump(exclude_unset=True)
    fields = {name: one for name, one in said.items() if one is not None or name == "inbox_id"}
    faq = api_of(request).accounts.catalogue.faq
    changed = await faq.change(by(caller), parse_id(faq_id), _faq_fields(fields))
    return FaqAnswer.model_validate(shown(changed))


@router.delete("/faq/{faq_id}")
async def remove_faq(request: Request, caller: FaqWrite, faq_id: IdText) -> Done:
    """Remove a question."""
    await api_of(request).accounts.catalogue.faq.remove(by(caller), parse_id(faq_id))
    return Done()


def _faq_fields(fields: dict[str, Any]) -> dict[str, Any]:
    if "inbox_id" in fields:
        inbox_id = fields["inbox_id"]
        fields["inbox_id"] = InboxId(NO_ID if inbox_id is None else parse_id(inbox_id))
    if "variants" in fields:
        fields["variants"] = tuple(fields["variants"])
    return fields


# Labels ---------------------------------------------------------------------------------------


@router.get("/labels")
async def list_labels(
    request: Request, caller: LabelsRead, after: After = "", limit: Limit = PAGE_ITEMS
) -> Page[LabelAnswer]:
    """List the labels."""
    labels = api_of(request).accounts.catalogue.labels
    found = await labels.page(caller.identity.account_id, read_id(after), limit)
    items = [LabelAnswer.model_validate(shown(one)) for one in found]
    return page_of(items, limit, lambda one: one.label_id)


@router.post("/labels")
async def add_label(request: Request, caller: LabelsWrite, body: LabelBody) -> LabelAnswer:
    """Make a label."""
    catalogue = api_of(request).accounts.catalogue
    new = await catalogue.add_label(by(caller), body.name, body.colour)
    return LabelAnswer.model_validate(shown(new))


@router.get("/labels/{label_id}")
async def get_label(request: Request, caller: LabelsRead, label_id: IdText) -> LabelAnswer:
    """Show one label."""
    labels = api_of(request).accounts.catalogue.labels
    found = await labels.one(caller.identity.account_id, parse_id(label_id))
    return LabelAnswer.model_validate(shown(found))


@router.patch("/labels/{label_id}")
async def change_label(
    request: Request, caller: LabelsWrite, label_id: IdText, body: LabelChange
) -> LabelAnswer:
    """Change a label."""
    labels = api_of(request).accounts.catalogue.labels
    fields = body.model_dump(exclude_none=True)
    changed = await labels.change(by(caller), parse_id(label_id), fields)
    return LabelAnswer.model_validate(shown(changed))


@router.delete("/labels/{label_id}")
async def remove_label(request: Request, caller: LabelsWrite, label_id: IdText) -> Done:
    """Remove a label."""
    await api_of(request).accounts.catalogue.labels.remove(by(caller), parse_id(label_id))
    return Done()
