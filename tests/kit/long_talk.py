"""A conversation of many messages, written into the log of an installation that does not run."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from airdesk.adapters.memory import DirectHomeLinks
from airdesk.adapters.sqlite import SqliteEventLog
from airdesk.adapters.system import SystemClock, SystemIds
from airdesk.app.home.home import Home
from airdesk.core import conversation as conv
from airdesk.core.kernel import ConversationId, Identity

_AT_ONCE = 500
_DURABLE_S = 30.0


def write_long_talk(
    data: Path, conversation_id: ConversationId, visitor: Identity, agent: Identity, count: int
) -> None:
    """Let a visitor and the agent who holds his conversation say much, in turns.

    Args:
        data: the installation's folder; nothing runs on it.
        conversation_id: it is held by the agent.
        visitor: whose conversation it is.
        agent: who answers.
        count: messages; the last one ends with its number.
    """
    people = (visitor, agent)
    # In a thread: a test that drives a browser has a loop of its own.
    with ThreadPoolExecutor(1) as threads:
        threads.submit(
            lambda: asyncio.run(_write(data / "log.db", conversation_id, people, count))
        ).result()


async def _write(
    path: Path, conversation_id: ConversationId, people: tuple[Identity, Identity], count: int
) -> None:
    loop = asyncio.get_running_loop()
    log = SqliteEventLog(path, loop)
    failures: list[Exception] = []
    home = Home(log, SystemClock(), SystemIds(), DirectHomeLinks(loop.call_soon), failures.append)
    home.start()
    for first in range(1, count + 1, _AT_ONCE):
        for number in range(first, min(first + _AT_ONCE, count + 1)):
            text = f"{'One more thing about my order. ' * (number % 7)}Message {number}"
            home.execute(conv.SendMessage(text), people[number // 3 % 2], conversation_id)
        written = asyncio.Event()
        home.conversations.when_durable(written.set)
        await asyncio.wait_for(written.wait(), _DURABLE_S)
    home.conversations.checkpoint_now()
    log.close()
    assert failures == []
