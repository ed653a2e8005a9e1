"""Trying out what the bot would say, before visitors do."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request

from airdesk.app.api.authentication import Caller, requires
from airdesk.app.api.context import api_of
from airdesk.app.api.idempotency import NOT_KEPT, ApiRoute
from airdesk.app.api.models import Answer, Body, IdText
from airdesk.app.api.routes.catalogue import Question
from airdesk.core.dialogue import FaqBot, HandOver, Match, Say
from airdesk.core.kernel import NO_ID, InboxId, Permission, id_text, parse_id

router = APIRouter(prefix="/api/v1/faq", route_class=ApiRoute, tags=["catalogue"])


class TrialBody(Body):
    """A question as a visitor would ask it."""

    question: Question
    inbox_id: IdText | None = None


class TrialMatch(Answer):
    """An entry and how near it is."""

    faq_id: str
    question: str
    score: float


class TrialAnswer(Answer):
    """What the bot would do."""

    text: str
    """What it would say; "" where it would keep silent."""
    options: list[str]
    """Questions that it would offer."""
    hands_over: bool
    """It would call people."""
    answer_score: float
    """From this score on an entry's answer is given."""
    matches: list[TrialMatch]


@router.post("/test", openapi_extra=NOT_KEPT)
async def try_faq(
    request: Request, caller: Annotated[Caller, requires(Permission.FAQ_READ)], body: TrialBody
) -> TrialAnswer:
    """Tell what the bot would answer to a question, and why."""
    inbox_id = InboxId(NO_ID if body.inbox_id is None else parse_id(body.inbox_id))
    account_id = caller.identity.account_id
    trial = await api_of(request).faqs.trial(FaqBot(), account_id, inbox_id, body.question)
    said = [one for one in trial.effects if isinstance(one, Say)]
    return TrialAnswer(
        text="\n".join(one.text for one in said),
        options=[option for one in said for option in one.options],
        hands_over=any(isinstance(one, HandOver) for one in trial.effects),
        answer_score=trial.answer_score,
        matches=[_match(one) for one in trial.matches],
    )


def _match(match: Match) -> TrialMatch:
    return TrialMatch(
        faq_id=id_text(match.entry.faq_id), question=match.question, score=match.score
    )
