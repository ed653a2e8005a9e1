"""Every REST route: what it needs, what it is tried with. One without its row fails the test."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.integration.authorisation.world import World

Maker = Callable[[World], Mapping[str, str]]
BodyMaker = Callable[[World], Any]

AGENT, SUPERVISOR, OWNER = "agent", "supervisor", "owner"

_READ = {
    "conversations",
    "contacts",
    "canned",
    "faq",
    "labels",
    "teams",
    "members",
    "inboxes",
    "hours",
    "account",
}
AGENT_MAY = {f"{one}:read" for one in _READ} | {
    "conversations:write",
    "contacts:write",
    "canned:write",
    "files:write",
    "tokens:write",
    "profile:write",
}
SUPERVISOR_MAY = AGENT_MAY | {"conversations:supervise", "labels:write", "faq:write"}
"""The contract's table a second time, so that a slip in the first one shows."""


def least_role(permission: str) -> str:
    """Give the lowest role that has a permission."""
    if permission in AGENT_MAY:
        return AGENT
    return SUPERVISOR if permission in SUPERVISOR_MAY else OWNER


@dataclass(frozen=True)
class Row:
    """One route.

    Args:
        needs: a permission, or "public", "visitor", "session", "staff".
        ids: makes what the path names, as alpha's owner; what it gives belongs to alpha.
        body: makes a JSON body.
        raw: a body of bytes.
        query: behind the path.
        is_own: the route is about the caller himself; what it names is of alpha's owner.
        good: statuses of success; a rule of the conversation may say 409 to whom it lets in.
    """

    needs: str
    ids: Maker | None = None
    body: BodyMaker | None = None
    raw: bytes | None = None
    query: str = ""
    is_own: bool = False
    good: tuple[int, ...] = (200,)


def _conversation(world: World) -> dict[str, str]:
    return {"conversation_id": world.guest.conversation_id}


def _labels(world: World) -> dict[str, Any]:
    return {"label_ids": list(_label(world).values())}


def _visitor(world: World) -> dict[str, str]:
    """Let somebody come who may be blocked."""
    booted = world.nobody.post("/api/widget/boot", {"inbox": world.alpha.inbox_id})
    return {"inbox_id": world.alpha.inbox_id, "visitor_id": booted["visitor_id"]}


def _blocked(world: World) -> dict[str, str]:
    """Let somebody come and be blocked, who may be let in again."""
    ids = _visitor(world)
    path = f"/api/v1/visitors/{ids['inbox_id']}/{ids['visitor_id']}/block"
    return {"contact_id": world.alpha.owner.post(path, {})["contact_id"]}


def _file(world: World) -> dict[str, str]:
    return {"file_id": world.guest.file_id}


def _inbox(world: World) -> dict[str, str]:
    return {"inbox_id": world.alpha.inbox_id}


def _new_inbox(world: World) -> dict[str, str]:
    return world.made("/api/v1/inboxes", {"name": world.name()}, "inbox_id")


def _member(world: World) -> dict[str, str]:
    members = world.alpha.owner.get("/api/v1/members")["items"]
    return {"user_id": next(one["user_id"] for one in members if one["role"] == SUPERVISOR)}


def _joined(world: World) -> dict[str, str]:
    """Let somebody join who may be sent away again."""
    name = world.name()
    body = {"email": f"{name}@alpha.example", "role": AGENT}
    url = world.alpha.owner.post("/api/v1/invitations", body)["url"]
    accepted = world.nobody.logged_in(
        f"/api/invitations/{url.rpartition('/')[2]}", {"name": name, "password": name + name}
    )
    return {"user_id": accepted.get("/api/auth/session")["user"]["user_id"]}


def _joined_session(world: World) -> dict[str, str]:
    """Let somebody join whose only log-in may be ended."""
    ids = _joined(world)
    (session,) = world.alpha.owner.get(f"/api/v1/members/{ids['user_id']}/sessions")["items"]
    return {**ids, "session_id": session["session_id"]}


def _invitation(world: World) -> dict[str, str]:
    body = {"email": f"{world.name()}@alpha.example", "role": AGENT}
    return world.made("/api/v1/invitations", body, "invitation_id")


def _team(world: World) -> dict[str, str]:
    return world.made("/api/v1/teams", {"name": world.name()}, "team_id")


def _canned(world: World) -> dict[str, str]:
    body = {"shortcut": world.name(), "text": "alphasecret"}
    return world.made("/api/v1/canned", body, "canned_id")


def _faq(world: World) -> dict[str, str]:
    body = {"question": world.name(), "answer": "alphasecret"}
    return world.made("/api/v1/faq", body, "faq_id")


def _label(world: World) -> dict[str, str]:
    body = {"name": world.name(), "colour": "#aa3355"}
    return world.made("/api/v1/labels", body, "label_id")


def _contact(world: World) -> dict[str, str]:
    path = f"/api/v1/contacts?visitor_id={world.guest.visitor_id}"
    return {"contact_id": world.alpha.owner.get(path)["items"][0]["contact_id"]}


def _token(world: World) -> dict[str, str]:
    body = {"name": world.name(), "scopes": ["account:read"]}
    return world.made("/api/v1/tokens", body, "token_id")


def _session(world: World) -> dict[str, str]:
    another = world.alpha.log_in(OWNER, world.server.port)
    sessions = another.get("/api/auth/sessions")["items"]
    return {"session_id": next(one["session_id"] for one in sessions if one["is_current"])}


def _faq_body(world: World) -> dict[str, Any]:
    return {"question": world.plain_name(), "answer": "whatever"}


def _label_body(world: World) -> dict[str, Any]:
    return {"name": world.plain_name(), "colour": "#aa3355"}


def _name(world: World) -> dict[str, Any]:
    return {"name": world.plain_name()}


def _mail(world: World) -> dict[str, Any]:
    return {"email": f"{world.plain_name()}@else.example", "role": AGENT}


def _words(world: World) -> dict[str, Any]:
    return {"text": "words"}


def _nothing(world: World) -> dict[str, Any]:
    return {}


def _to_team(world: World) -> dict[str, Any]:
    oldest, *_ = world.alpha.owner.get("/api/v1/teams")["items"]
    return {"team_id": oldest["team_id"]}


_HOURS = {"timezone": "Asia/Shanghai", "week": [[540, 1080]] * 7, "holidays": []}
_MAYBE = (200, 409)
"""The rules of a conversation come behind the permission: 409 is the answer to one let in."""

_C = "/api/v1/conversations/{conversation_id}"
_V = "/api/v1/visitors/{inbox_id}/{visitor_id}"

ROUTES: dict[str, Row] = {
    # Coming in
    "GET /health": Row("public"),
    "GET /ready": Row("public"),
    "GET /api/reach": Row("public"),
    "GET /api/setup": Row("public"),
    "POST /api/setup": Row("public"),
    "POST /api/auth/login": Row("public"),
    "POST /api/auth/link": Row("public"),
    "GET /api/invitations/{link}": Row("public"),
    "POST /api/invitations/{link}": Row("public"),
    "POST /api/visitor-token": Row("public"),
    "POST /api/auth/logout": Row("session"),
    "GET /api/auth/session": Row("staff"),
    "POST /api/auth/socket-token": Row("conversations:read"),
    "POST /api/auth/password": Row(
        "session", body=lambda world: {"old": "not the word", "new": "x"}, good=(401, 403, 409, 422)
    ),
    "GET /api/auth/sessions": Row("session"),
    "DELETE /api/auth/sessions/{session_id}": Row("session", ids=_session, is_own=True),
    "POST /api/v1/stress/people": Row(
        "stress:run", body=lambda world: {"visitors": 2}, good=(200, 404)
    ),
    # People
    "GET /api/v1/members": Row("members:read"),
    "PATCH /api/v1/members/me": Row("profile:write", body=lambda world: {"language": "en"}),
    "GET /api/v1/members/{user_id}": Row("members:read", ids=_member),
    "PATCH /api/v1/members/{user_id}": Row(
        "members:write", ids=_member, body=lambda world: {"skills": ["french"]}
    ),
    "DELETE /api/v1/members/{user_id}": Row("members:write", ids=_joined),
    "GET /api/v1/members/{user_id}/sessions": Row("members:write", ids=_joined),
    "DELETE /api/v1/members/{user_id}/sessions": Row("members:write", ids=_joined),
    "DELETE /api/v1/members/{user_id}/sessions/{session_id}": Row(
        "members:write", ids=_joined_session
    ),
    "GET /api/v1/agents": Row("members:read"),
    "GET /api/v1/skills": Row("members:read"),
    "GET /api/v1/invitations": Row("members:write"),
    "POST /api/v1/invitations": Row("members:write", body=_mail),
    "DELETE /api/v1/invitations/{invitation_id}": Row("members:write", ids=_invitation),
    "GET /api/v1/teams": Row("teams:read"),
    "POST /api/v1/teams": Row("teams:write", body=_name),
    "GET /api/v1/teams/{team_id}": Row("teams:read", ids=_team),
    "PATCH /api/v1/teams/{team_id}": Row("teams:write", ids=_team, body=_name),
    "DELETE /api/v1/teams/{team_id}": Row("teams:write", ids=_team),
    # Inboxes
    "GET /api/v1/inboxes": Row("inboxes:read"),
    "POST /api/v1/inboxes": Row("inboxes:write", body=_name),
    "GET /api/v1/inboxes/{inbox_id}": Row("inboxes:read", ids=_inbox),
    "PATCH /api/v1/inboxes/{inbox_id}": Row("inboxes:write", ids=_new_inbox, body=_name),
    "DELETE /api/v1/inboxes/{inbox_id}": Row("inboxes:write", ids=_new_inbox),
    "POST /api/v1/inboxes/{inbox_id}/identify-secret": Row("inboxes:write", ids=_new_inbox),
    "POST /api/v1/inboxes/{inbox_id}/visitor-key": Row("inboxes:write", ids=_new_inbox),
    "POST /api/v1/inboxes/{inbox_id}/logo/files": Row(
        "inboxes:write", ids=_new_inbox, raw=b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", query="?name=l"
    ),
    "GET /api/v1/inboxes/{inbox_id}/hours": Row("hours:read", ids=_inbox),
    "PUT /api/v1/inboxes/{inbox_id}/hours": Row(
        "hours:write", ids=_inbox, body=lambda world: _HOURS
    ),
    # Lists
    "GET /api/v1/canned": Row("canned:read"),
    "POST /api/v1/canned": Row(
        "canned:write", body=lambda world: {"shortcut": world.plain_name(), "text": "x"}
    ),
    "GET /api/v1/canned/{canned_id}": Row("canned:read", ids=_canned),
    "PATCH /api/v1/canned/{canned_id}": Row("canned:write", ids=_canned, body=_words),
    "DELETE /api/v1/canned/{canned_id}": Row("canned:write", ids=_canned),
    "GET /api/v1/faq": Row("faq:read"),
    "POST /api/v1/faq": Row("faq:write", body=_faq_body),
    "POST /api/v1/faq/test": Row("faq:read", body=lambda world: {"question": "alphasecret?"}),
    "GET /api/v1/faq/{faq_id}": Row("faq:read", ids=_faq),
    "PATCH /api/v1/faq/{faq_id}": Row(
        "faq:write", ids=_faq, body=lambda world: {"answer": "another"}
    ),
    "DELETE /api/v1/faq/{faq_id}": Row("faq:write", ids=_faq),
    "GET /api/v1/labels": Row("labels:read"),
    "POST /api/v1/labels": Row("labels:write", body=_label_body),
    "GET /api/v1/labels/{label_id}": Row("labels:read", ids=_label),
    "PATCH /api/v1/labels/{label_id}": Row("labels:write", ids=_label, body=_name),
    "DELETE /api/v1/labels/{label_id}": Row("labels:write", ids=_label),
    # Contacts
    "GET /api/v1/contacts": Row("contacts:read"),
    "GET /api/v1/search/contacts": Row("contacts:read", query="?q=alphasecret"),
    "GET /api/v1/contacts/{contact_id}": Row("contacts:read", ids=_contact),
    "PATCH /api/v1/contacts/{contact_id}": Row(
        "contacts:write", ids=_contact, body=lambda world: {"phone": "1"}
    ),
    "GET /api/v1/contacts/{contact_id}/pages": Row("contacts:read", ids=_contact),
    "GET /api/v1/contacts/{contact_id}/conversations": Row("conversations:read", ids=_contact),
    # Conversations
    "GET /api/v1/conversations": Row("conversations:read"),
    "GET /api/v1/search/messages": Row("conversations:read", query="?q=alphasecret"),
    f"GET {_C}": Row("conversations:read", ids=_conversation),
    f"GET {_C}/messages": Row("conversations:read", ids=_conversation),
    f"POST {_C}/messages": Row(
        "conversations:write", ids=_conversation, body=_words, good=(200, 403, 409)
    ),
    f"POST {_C}/notes": Row("conversations:write", ids=_conversation, body=_words),
    f"POST {_C}/assign": Row("conversations:write", ids=_conversation, body=_nothing, good=_MAYBE),
    f"POST {_C}/transfer": Row(
        "conversations:write", ids=_conversation, body=_to_team, good=_MAYBE
    ),
    f"POST {_C}/resolve": Row("conversations:write", ids=_conversation, good=_MAYBE),
    f"POST {_C}/reopen": Row("conversations:write", ids=_conversation, good=_MAYBE),
    f"POST {_C}/snooze": Row(
        "conversations:write",
        ids=_conversation,
        body=lambda world: {"until_ms": time.time_ns() // 1_000_000 + 3_600_000},
        good=_MAYBE,
    ),
    f"POST {_C}/files": Row("files:write", ids=_conversation, raw=b"words", query="?name=a.txt"),
    "GET /api/v1/files/{file_id}": Row("conversations:read", ids=_file),
    "GET /api/v1/conversations/counts": Row("conversations:read"),
    f"POST {_C}/labels": Row("conversations:write", ids=_conversation, body=_labels),
    f"POST {_C}/priority": Row(
        "conversations:write", ids=_conversation, body=lambda world: {"priority": 1}, good=_MAYBE
    ),
    f"POST {_C}/bot": Row("conversations:write", ids=_conversation, good=(200, 403, 404, 409)),
    # Who is there
    "GET /api/v1/board": Row("conversations:supervise"),
    "GET /api/v1/presence": Row("conversations:write"),
    "GET /api/v1/visitors": Row("conversations:read"),
    f"POST {_V}/invite": Row("conversations:write", ids=_visitor, body=_words, good=_MAYBE),
    f"POST {_V}/block": Row("conversations:write", ids=_visitor),
    "GET /api/v1/contacts/blocked": Row("contacts:read"),
    "DELETE /api/v1/contacts/{contact_id}/block": Row("conversations:write", ids=_blocked),
    f"DELETE {_V}/block": Row("conversations:write", ids=_visitor),
    # The account
    "GET /api/v1/account": Row("account:read"),
    "PATCH /api/v1/account": Row("account:write", body=lambda world: {"name": "alpha"}),
    "GET /api/v1/tokens": Row("tokens:write"),
    "POST /api/v1/tokens": Row(
        "tokens:write", body=lambda world: {"name": "mine", "scopes": ["tokens:write"]}
    ),
    "DELETE /api/v1/tokens/{token_id}": Row("tokens:write", ids=_token, is_own=True),
    "GET /api/v1/audit": Row("audit:read"),
    "GET /api/v1/audit/actors": Row("audit:read"),
    # The widget
    "GET /api/widget/config": Row("public"),
    "GET /api/widget/logo": Row("public"),
    "POST /api/widget/boot": Row("public"),
    "POST /api/widget/contact": Row("visitor", body=lambda world: {"name": "somebody"}),
    "POST /api/widget/pages": Row(
        "visitor", body=lambda world: {"views": [{"url": "https://alpha.example/", "title": "t"}]}
    ),
    "POST /api/widget/files": Row("visitor", raw=b"words", query="?name=a.txt"),
    "GET /api/widget/files/{file_id}": Row("visitor", ids=_file),
    "GET /api/widget/agents": Row("visitor"),
    "GET /api/widget/presence": Row("visitor"),
}
