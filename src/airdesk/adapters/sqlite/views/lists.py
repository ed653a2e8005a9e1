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
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AgentId,
    ConversationId,
    FileId,
    LabelId,
    VisitorId,
)
from airdesk.ports.conversation_views import (
    ConversationFilter,
    ConversationView,
    EventsWanted,
    Item,
    ListCounts,
)

PEOPLE_MAX: Final = 1_000
"""Visitors whom aliases make one person; further ones are left out of his lists."""

EVER: Final = (1 << 63) - 1
"""A key above all others."""

_MENTIONED: Final = (
    "mentions m CROSS JOIN conversations c ON c.conversation_id = m.conversation_id"
    " WHERE m.account_id = ? AND m.agent_id = ?"
)
_LABELLED: Final = (
    "labelled l CROSS JOIN conversations c ON c.conversation_id = l.conversation_id"
    " WHERE l.account_id = ? AND l.label_id = ?"
)
_HAS_LABEL: Final = (
    " AND EXISTS (SELECT 1 FROM labelled l"
    " WHERE l.conversation_id = c.conversation_id AND l.label_id = ?)"
)
_TALLIES: Final = ", ".join(
    f"coalesce(sum(number) FILTER (WHERE {which}), 0)"
    for which in (
        f"status = {int(Status.ASSIGNED)} AND agent_id = ?",
        f"status = {int(Status.QUEUED)}",
        f"status = {int(Status.BOT)}",
        f"status <> {int(Status.RESOLVED)}",
        f"status = {int(Status.SNOOZED)}",
        f"status = {int(Status.RESOLVED)}",
    )
)
"""Fields of ListCounts but the last; the first needs the agent."""
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
    ranges = [
        connection.execute(one.sql, (*one.values, before or EVER, limit + 1)).fetchall()
        for one in _ranges(connection, account_id, wanted)
    ]
    rows = list(islice(heapq.merge(*ranges, key=lambda row: -row[-1]), limit + 1))
    views = [_whole(connection, conversation_view(row)) for row in rows[:limit]]
    return Found(views, rows[limit - 1][-1] if len(rows) > limit else None)


def counts(
    connection: sqlite3.Connection,
    account_id: AccountId,
    agent_id: AgentId,
    wanted: ConversationFilter,
) -> Found[ListCounts]:
    """Count an agent's lists."""
    narrowed = [
        (name, value)
        for name, value in (
            ("inbox_id", wanted.inbox_id),
            ("team_id", wanted.team_id),
            ("agent_id", wanted.agent_id),
        )
        if value != NO_ID
    ]
    label_id = b"" if wanted.label_id == NO_ID else wanted.label_id
    where = "account_id = ? AND label_id = ?" + "".join(f" AND {name} = ?" for name, _ in narrowed)
    own = (account_id, label_id, *(value for _, value in narrowed))
    counted = connection.execute(f"SELECT {_TALLIES} FROM tallies WHERE {where}", (agent_id, *own))
    mine, queue, bot, open_ones, snoozed, resolved = counted.fetchone()
    rest = _Rest.of(wanted._replace(statuses=()))
    source, checked = _MENTIONED, rest.where
    if not checked:
        source = "mentions m WHERE m.account_id = ? AND m.agent_id = ?"
    (mentions,) = connection.execute(
        f"SELECT count(*) FROM {source}{checked}", (account_id, agent_id, *rest.values)
    ).fetchone()
    return Found([ListCounts(mine, queue, bot, open_ones, snoozed, resolved, mentions)], None)


def conversation(
    connection: sqlite3.Connection, account_id: AccountId, conversation_id: ConversationId
) -> Found[ConversationView]:
    """Read one conversation."""
    rows = connection.execute(
        f"SELECT {CONVERSATION_COLUMNS} FROM conversations c"
        " WHERE c.conversation_id = ? AND c.account_id = ?",
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


class _Rest(NamedTuple):
    """What is looked at in each row of a range, since the range's index does not say it."""

    where: str
    values: tuple[Any, ...]

    @staticmethod
    def of(wanted: ConversationFilter) -> _Rest:
        """Write the conditions that a filter names."""
        where = ""
        values: list[int | bytes] = []
        statuses = tuple(dict.fromkeys(wanted.statuses))
        if statuses:
            where += f" AND +c.status IN ({','.join('?' * len(statuses))})"
            values.extend(map(int, statuses))
        for column, value in (
            ("inbox_id", wanted.inbox_id),
            ("agent_id", wanted.agent_id),
            ("team_id", wanted.team_id),
        ):
            if value != NO_ID:
                where += f" AND +c.{column} = ?"
                values.append(value)
        if wanted.label_id != NO_ID:
            where += _HAS_LABEL
            values.append(wanted.label_id)
        return _Rest(where, tuple(values))


class _Range(NamedTuple):
    """One range of an index, newest first."""

    source: str
    """Tables and conditions."""
    key: str
    """The column whose values are the keys of pages."""
    values: tuple[Any, ...]

    @property
    def sql(self) -> str:
        """Write the statement; it needs `values`, a key and a limit."""
        return (
            f"SELECT {CONVERSATION_COLUMNS}, {self.key} FROM {self.source}"
            f" AND {self.key} < ? ORDER BY {self.key} DESC LIMIT ?"
        )


def _ranges(
    connection: sqlite3.Connection, account_id: AccountId, wanted: ConversationFilter
) -> Iterator[_Range]:
    """Give the ranges of one index that hold what is wanted: of the narrowest that is named."""
    people: list[VisitorId] = []
    if wanted.visitor_ids:
        people = _same_people(connection, account_id, wanted.visitor_ids)
    # A person has few conversations, and an agent few mentions: the rest is looked at in each.
    rest = _Rest.of(wanted)
    if wanted.mentioned_id != NO_ID:
        own = (account_id, wanted.mentioned_id, *rest.values, *people)
        his = f" AND +c.visitor_id IN ({','.join('?' * len(people))})" if people else ""
        yield _Range(_MENTIONED + rest.where + his, "m.position", own)
        return
    if people:
        source = "conversations c WHERE c.account_id = ? AND c.visitor_id = ?" + rest.where
        for visitor_id in people:
            yield _Range(source, "c.activity", (account_id, visitor_id, *rest.values))
        return
    statuses = tuple(dict.fromkeys(wanted.statuses)) or tuple(Status)
    source, key, own, rest = _by_status(wanted._replace(statuses=()))
    for status in statuses:
        values = (account_id, *own, int(status), *rest.values)
        yield _Range(source + rest.where, key, values)


def _by_status(wanted: ConversationFilter) -> tuple[str, str, tuple[Any, ...], _Rest]:
    """Give what has a range for each status: source, key, values behind the account, the rest."""
    if wanted.label_id != NO_ID:
        rest = _Rest.of(wanted._replace(label_id=LabelId(NO_ID)))
        return f"{_LABELLED} AND l.status = ?", "l.activity", (wanted.label_id,), rest
    none = ConversationFilter()
    for name, value in (
        ("agent_id", wanted.agent_id),
        ("team_id", wanted.team_id),
        ("inbox_id", wanted.inbox_id),
    ):
        if value != NO_ID:
            rest = _Rest.of(wanted._replace(**{name: getattr(none, name)}))
            source = f"conversations c WHERE c.account_id = ? AND c.{name} = ? AND c.status = ?"
            return source, "c.activity", (value,), rest
    return (
        "conversations c WHERE c.account_id = ? AND c.status = ?",
        "c.activity",
        (),
        _Rest("", ()),
    )


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
