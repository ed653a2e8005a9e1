"""Canned replies, questions of the bot, labels."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field

from airdesk.app.api.authentication import Caller, requires
from airdesk.app.api.context import api_of
from airdesk.app.api.idempotency import ApiRoute
from airdesk.app.api.models import Answer, Body, Done, IdText
from airdesk.app.api.paging import PAGE_ITEMS, After, Limit, Page
from airdesk.app.api.routes.auth import by
from airdesk.app.api.routes.entity_answers import EntityAnswers
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


_canned = EntityAnswers(CannedAnswer, lambda lists: lists.canned, lambda one: one.canned_id)
_faq = EntityAnswers(FaqAnswer, lambda lists: lists.faq, lambda one: one.faq_id)
_labels = EntityAnswers(LabelAnswer, lambda lists: lists.labels, lambda one: one.label_id)


# Canned replies -------------------------------------------------------------------------------


@router.get("/canned")
async def list_canned(
    request: Request, caller: CannedRead, after: After = "", limit: Limit = PAGE_ITEMS
) -> Page[CannedAnswer]:
    """List the canned replies."""
    return await _canned.page(request, caller, after, limit)


@router.post("/canned")
async def add_canned(request: Request, caller: CannedWrite, body: CannedBody) -> CannedAnswer:
    """Make a canned reply."""
    catalogue = api_of(request).accounts.catalogue
    new = await catalogue.add_canned(by(caller), body.shortcut, body.text)
    return _canned.of(new)


@router.get("/canned/{canned_id}")
async def get_canned(request: Request, caller: CannedRead, canned_id: IdText) -> CannedAnswer:
    """Show one canned reply."""
    return await _canned.one(request, caller, canned_id)


@router.patch("/canned/{canned_id}")
async def change_canned(
    request: Request, caller: CannedWrite, canned_id: IdText, body: CannedChange
) -> CannedAnswer:
    """Change a canned reply."""
    fields = body.model_dump(exclude_none=True)
    return await _canned.change(request, caller, canned_id, fields)


@router.delete("/canned/{canned_id}")
async def remove_canned(request: Request, caller: CannedWrite, canned_id: IdText) -> Done:
    """Remove a canned reply."""
    return await _canned.remove(request, caller, canned_id)


# Questions of the bot -------------------------------------------------------------------------


@router.get("/faq")
async def list_faq(
    request: Request, caller: FaqRead, after: After = "", limit: Limit = PAGE_ITEMS
) -> Page[FaqAnswer]:
    """List the questions that the bot can answer."""
    return await _faq.page(request, caller, after, limit)


@router.post("/faq")
async def add_faq(request: Request, caller: FaqWrite, body: FaqBody) -> FaqAnswer:
    """Make a question."""
    more = _faq_fields(body.model_dump(exclude={"question", "answer"}))
    catalogue = api_of(request).accounts.catalogue
    new = await catalogue.add_faq(by(caller), body.question, body.answer, **more)
    return _faq.of(new)


@router.get("/faq/{faq_id}")
async def get_faq(request: Request, caller: FaqRead, faq_id: IdText) -> FaqAnswer:
    """Show one question."""
    return await _faq.one(request, caller, faq_id)


@router.patch("/faq/{faq_id}")
async def change_faq(
    request: Request, caller: FaqWrite, faq_id: IdText, body: FaqChange
) -> FaqAnswer:
    """Change a question."""
    said = body.model_dump(exclude_unset=True)
    fields = {name: one for name, one in said.items() if one is not None or name == "inbox_id"}
    return await _faq.change(request, caller, faq_id, _faq_fields(fields))


@router.delete("/faq/{faq_id}")
async def remove_faq(request: Request, caller: FaqWrite, faq_id: IdText) -> Done:
    """Remove a question."""
    return await _faq.remove(request, caller, faq_id)


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
    return await _labels.page(request, caller, after, limit)


@router.post("/labels")
async def add_label(request: Request, caller: LabelsWrite, body: LabelBody) -> LabelAnswer:
    """Make a label."""
    catalogue = api_of(request).accounts.catalogue
    new = await catalogue.add_label(by(caller), body.name, body.colour)
    return _labels.of(new)


@router.get("/labels/{label_id}")
async def get_label(request: Request, caller: LabelsRead, label_id: IdText) -> LabelAnswer:
    """Show one label."""
    return await _labels.one(request, caller, label_id)


@router.patch("/labels/{label_id}")
async def change_label(
    request: Request, caller: LabelsWrite, label_id: IdText, body: LabelChange
) -> LabelAnswer:
    """Change a label."""
    fields = body.model_dump(exclude_none=True)
    return await _labels.change(request, caller, label_id, fields)


@router.delete("/labels/{label_id}")
async def remove_label(request: Request, caller: LabelsWrite, label_id: IdText) -> Done:
    """Remove a label."""
    return await _labels.remove(request, caller, label_id)
