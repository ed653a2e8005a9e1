"""Lists of conversations and their events, each by an index."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final, Generic, NamedTuple

from airdesk.adapters.sqlite.views.rows import (
    CONVERSATION_COLUMNS,
    EVENT_COLUMNS,
    conversation_view,
    feed_event,
)
from airdesk.core.conversation import FeedEvent, Status
from airdesk.core.kernel import NO_ID, AccountId, ConversationId, FileId, VisitorId
from airdesk.ports.conversation_views import (
    ConversationFilter,
    ConversationView,
    EventsWanted,
    Item,
)

PEOPLE_MAX: Final = 1_000
"""Visitors whom aliases make one person; further ones are left out of his lists."""

EVER: Final = (1 << 63) - 1
"""A key above all others."""

_NEWEST: Final = " AND activity < ? ORDER BY activity DESC LIMIT ?"
_SAME_PEOPLE: Final = (
    "WITH RECURSIVE people (id) AS (VALUES {values} UNION"
    " SELECT a.from_visitor_id FROM people p CROSS JOIN aliases a"
    f" ON a.account_id = ? AND a.to_visitor_id = p.id LIMIT {PEOPLE_MAX}) SELECT id FROM people"
)
_OWNERS: Final = (
    "WITH RECURSIVE owners (id) AS (VALUES (?) UNION"
    " SELECT a.to_visitor_id FROM owners o CROSS JOIN aliases a"
    " ON a.account_id = ? AND a.from_visitor_id = o.id AND a.inbox_id = ?"
    f" LIMIT {PEOPLE_MAX}) SELECT id FROM owners"
)


class Found(NamedTuple, Generic[Item]):
    """Items and the key of the page that follows."""

    items: Sequence[Item]
    next_key: int | None


def conversations(
    connection: sqlite3.Connection,
    account_id: AccountId,
    wanted: ConversationFilter,
    before: int,
    limit: int,
) -> Found[ConversationView]:
    """Read a page of conversations.

    Each status, or each visitor, is a range of one index; their newest rows are merged.
    """
    queries = [
        (where + _NEWEST, (*values, before or EVER, limit + 1))
        for where, values in _ranges(connection, account_id, wanted)
    ]
    select = f"SELECT {CONVERSATION_COLUMNS} FROM conversations WHERE account_id = ? AND "
    ranges = [connection.execute(select + where, values).fetchall() for where, values in queries]
    merged = heapq.merge(*ranges, key=lambda row: -row[1])
    rows = list(islice(merged, limit + 1))
    views = [_whole(connection, conversation_view(row)) for row in rows[:limit]]
    return Found(views, views[-1].activity if len(rows) > limit else None)


def conversation(
    connection: sqlite3.Connection, account_id: AccountId, conversation_id: ConversationId
) -> Found[ConversationView]:
    """Read one conversation."""
    rows = connection.execute(
        f"SELECT {CONVERSATION_COLUMNS} FROM conversations"
        " WHERE conversation_id = ? AND account_id = ?",
        (conversation_id, account_id),
    ).fetchall()
    return Found([_whole(connection, conversation_view(row)) for row in rows], None)


def events(
    connection: sqlite3.Connection,
    account_id: AccountId,
    conversation_id: ConversationId,
    wanted: EventsWanted,
) -> Found[FeedEvent]:
    """Read a page of a conversation's events."""
    forward = wanted.after_seq >= 0
    seq = wanted.after_seq if forward else wanted.before or EVER
    rows = connection.execute(
        events_sql(wanted), (conversation_id, account_id, seq, wanted.limit + 1)
    ).fetchall()
    items = [feed_event(row) for row in rows[: wanted.limit]]
    next_key = items[-1].seq if len(rows) > wanted.limit else None
    return Found(items if forward else items[::-1], next_key)


def events_sql(wanted: EventsWanted) -> str:
    """Write the statement of `events`."""
    side = ("e.seq > ?", "ASC") if wanted.after_seq >= 0 else ("e.seq < ?", "DESC")
    return (
        f"SELECT {EVENT_COLUMNS} FROM events e INDEXED BY events_by_conversation"
        f" WHERE e.conversation_id = ? AND e.account_id = ? AND {side[0]}"
        + (" AND e.public_prev >= 0" if wanted.public else "")
        + (" AND e.text IS NOT NULL" if wanted.words_only else "")
        + f" ORDER BY e.seq {side[1]} LIMIT ?"
    )


def sent_files(
    connection: sqlite3.Connection, account_id: AccountId, file_ids: Sequence[FileId]
) -> Found[FileId]:
    """Read which of some files were sent."""
    places = ",".join("?" * len(file_ids))
    rows = connection.execute(
        f"SELECT file_id FROM sent_files WHERE account_id = ? AND file_id IN ({places})",
        (account_id, *file_ids),
    )
    return Found([FileId(file_id) for (file_id,) in rows], None)


def _ranges(
    connection: sqlite3.Connection, account_id: AccountId, wanted: ConversationFilter
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Give the ranges of one index that hold what is wanted: SQL and values behind the account."""
    statuses = tuple(dict.fromkeys(wanted.statuses)) or tuple(Status)
    inbox = () if wanted.inbox_id == NO_ID else (wanted.inbox_id,)
    agent = () if wanted.agent_id == NO_ID else (wanted.agent_id,)
    if wanted.visitor_ids:
        # A person has few conversations, so the rest is looked at in each row.
        rest = f" AND +status IN ({','.join('?' * len(statuses))})"
        rest += " AND +inbox_id = ?" * len(inbox) + " AND +agent_id = ?" * len(agent)
        for visitor_id in _same_people(connection, account_id, wanted.visitor_ids):
            yield "visitor_id = ?" + rest, (account_id, visitor_id, *statuses, *inbox, *agent)
    elif agent:
        where = "agent_id = ? AND status = ?" + " AND +inbox_id = ?" * len(inbox)
        for status in statuses:
            yield where, (account_id, *agent, status, *inbox)
    else:
        where = ("inbox_id = ? AND " if inbox else "") + "status = ?"
        for status in statuses:
            yield where, (account_id, *inbox, status)


def _same_people(
    connection: sqlite3.Connection, account_id: AccountId, visitor_ids: Sequence[VisitorId]
) -> list[VisitorId]:
    values = ",".join(["(?)"] * len(visitor_ids))
    sql = _SAME_PEOPLE.format(values=values)
    return [row[0] for row in connection.execute(sql, (*visitor_ids, account_id))]


def _whole(connection: sqlite3.Connection, view: ConversationView) -> ConversationView:
    state = view.state
    own = (state.visitor_id, state.account_id, state.inbox_id)
    owners = tuple(row[0] for row in connection.execute(_OWNERS, own))
    return view._replace(visitor_ids=owners)
