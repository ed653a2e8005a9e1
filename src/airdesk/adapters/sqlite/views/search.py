"""Finds messages: FTS5 names candidates, newest first, and each one's text decides."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from airdesk.adapters.sqlite.views.lists import EVER, Found
from airdesk.adapters.sqlite.views.rows import EVENT_COLUMNS, feed_event
from airdesk.adapters.text import SearchedWord, found_marks, snippet
from airdesk.core.kernel import NO_ID, AccountId, ConversationId, limits
from airdesk.ports.conversation_views import SearchWanted, WordsFound

ROWS_READ: Final = 32
"""Candidates read at once: a page of found ones usually needs no more."""

_FOUND: Final = f"e.id, e.conversation_id, c.inbox_id, c.visitor_id, {EVENT_COLUMNS}"
_OF_CONVERSATION: Final = "JOIN conversations c ON c.conversation_id = e.conversation_id"
SQL: Final = (
    f"SELECT {_FOUND} FROM words w CROSS JOIN events e ON e.id = w.rowid CROSS {_OF_CONVERSATION}"
    " WHERE words MATCH ? AND w.rowid < ? AND e.account_id = ?"
    " ORDER BY w.rowid DESC LIMIT ?"
)
# One conversation's words are few, so they are all looked at.
_IN_CONVERSATION: Final = (
    f"SELECT {_FOUND} FROM events e INDEXED BY events_by_conversation CROSS {_OF_CONVERSATION}"
    " WHERE e.conversation_id = ? AND e.id < ? AND e.account_id = ? AND e.text <> ''"
    " ORDER BY e.seq DESC LIMIT ?"
)


def search(
    connection: sqlite3.Connection,
    account_id: AccountId,
    wanted: SearchWanted,
    words: Sequence[SearchedWord],
) -> Found[WordsFound]:
    """Read a page of found messages."""
    if not words:
        return Found((), None)
    values = (wanted.before or EVER, account_id, limits.SEARCH_CANDIDATES_MAX)
    if wanted.conversation_id == NO_ID:
        cursor = connection.execute(SQL, (match_expression(account_id, words), *values))
    else:
        cursor = connection.execute(_IN_CONVERSATION, (wanted.conversation_id, *values))
    found: list[WordsFound] = []
    found_key = looked_key = looked = 0
    while rows := cursor.fetchmany(ROWS_READ):
        for key, conversation_id, inbox_id, visitor_id, *event in rows:
            looked, looked_key = looked + 1, key
            if wanted.inbox_id not in (NO_ID, inbox_id):
                continue
            said = feed_event(event)
            marks = found_marks(said.text, words)
            if not marks:
                continue
            if len(found) == wanted.limit:
                return Found(found, found_key)
            found_key = key
            shown = snippet(said.text, marks)
            found.append(
                WordsFound(ConversationId(conversation_id), inbox_id, visitor_id, said, shown)
            )
    return Found(found, looked_key if looked == limits.SEARCH_CANDIDATES_MAX else None)


def match_expression(account_id: AccountId, words: Sequence[SearchedWord]) -> str:
    """Write what FTS5 has to find.

    Words are letters and digits only and stand between quotes, so nothing that a person typed
    is an operator. A Chinese word is found by its pairs of neighbours.
    """
    wanted = " AND ".join(_one(word) for word in words)
    return f'account : "{account_id.hex()}" AND word : ({wanted})'


def _one(word: SearchedWord) -> str:
    text = word.text
    if not word.is_spaceless:
        return f'"{text}"*' if word.may_go_on else f'"{text}"'
    if len(text) == 1:
        return f'"{text}"'
    return " AND ".join(f'"{text[at : at + 2]}"' for at in range(len(text) - 1))
