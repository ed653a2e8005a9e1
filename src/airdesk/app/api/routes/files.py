"""Files: taken as raw bodies, given as something that no browser runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from airdesk.app.api.authentication import Caller, requires
from airdesk.app.api.context import api_of
from airdesk.app.api.idempotency import NOT_KEPT, ApiRoute
from airdesk.app.api.models import Answer, IdText
from airdesk.app.api.rendering import FileAnswer, file_answer
from airdesk.app.api.routes.conversations import find_conversation
from airdesk.core.accounts import StoredFile
from airdesk.core.kernel import NO_ID, ConversationId, Permission, parse_id
from airdesk.services.media import INLINE_TYPES, PLAIN_TEXT

router = APIRouter(prefix="/api/v1", route_class=ApiRoute, tags=["files"])

_NOWHERE: Final = ConversationId(NO_ID)

FileName = Annotated[str, Query(max_length=500, description="What the sender calls it.")]

_FILE_HEADERS: Final = {
    # Opened as a page of its own it has no origin, no script, no form, nothing to load.
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    # A file never changes, and is nobody else's: one browser may keep it, no proxy.
    "cache-control": "private, max-age=31536000, immutable",
}

RAW_BODY: Final[dict[str, object]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
    **NOT_KEPT,
}
"""`openapi_extra` of uploads."""

RAW_ANSWER: Final[dict[int | str, dict[str, object]]] = {
    200: {
        "description": "The bytes.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class UploadAnswer(Answer):
    """The file as it lies in the store, and what to send a message with."""

    file: FileAnswer
    ticket: str


@router.post("/conversations/{conversation_id}/files", openapi_extra=RAW_BODY)
async def upload_file(
    request: Request,
    caller: Annotated[Caller, requires(Permission.FILES_WRITE)],
    conversation_id: IdText,
    name: FileName = "file",
) -> UploadAnswer:
    """Upload a file for a conversation; the ticket then goes into a message."""
    found = await find_conversation(request, caller, conversation_id)
    return await take_upload(request, caller, name, found.state.conversation_id)


@router.get("/files/{file_id}", response_class=Response, responses=RAW_ANSWER)
async def get_file(
    request: Request,
    caller: Annotated[Caller, requires(Permission.CONVERSATIONS_READ)],
    file_id: IdText,
) -> Response:
    """Give a file's bytes."""
    api = api_of(request)
    file = await api.files.find_for_staff(caller.identity.account_id, parse_id(file_id))
    return file_response(file, await api.files.bytes_of(file))


async def take_upload(
    request: Request,
    caller: Caller,
    name: str,
    conversation_id: ConversationId = _NOWHERE,
) -> UploadAnswer:
    """Take the body of a request as a file; a broken one leaves nothing."""
    api = api_of(request)
    api.uploads.count(caller.identity.account_id + caller.identity.person_id)
    received = await api.files.receive(caller.identity, name, request.stream(), conversation_id)
    return UploadAnswer(file=file_answer(received.file), ticket=received.ticket)


def file_response(file: StoredFile, chunks: AsyncIterator[bytes]) -> Response:
    """Give a file so that it is shown as a picture at most, and never runs."""
    place = "inline" if file.media_type in INLINE_TYPES else "attachment"
    kind = f"{PLAIN_TEXT}; charset=utf-8" if file.media_type == PLAIN_TEXT else file.media_type
    headers = {
        **_FILE_HEADERS,
        "content-disposition": f"{place}; filename*=UTF-8''{quote(file.name, safe='')}",
        "content-length": str(file.bytes),
    }
    return StreamingResponse(chunks, headers=headers, media_type=kind)
