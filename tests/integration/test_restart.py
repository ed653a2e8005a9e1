"""A planned restart in the middle of chats: told, committed, and gone on from, by real clients."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from airdesk.adapters.system import SystemIds
from airdesk.core import conversation as conv
from airdesk.core.wire import messages as m
from tests.integration.test_serve import checkpoint_and_head
from tests.kit.airdesk_server import AirDeskServer
from tests.kit.json_client import get_visitor_token
from tests.kit.socket_person import SocketPerson

IDS = SystemIds()
RESTARTS = 2
WORDS_A_PART = 12
"""Of each of both: before, during and behind every restart."""


async def talk(visitor: SocketPerson, agent: SocketPerson, part: str) -> None:
    """Let both say their words, whether they are connected or not."""
    (conversation,) = visitor.shown
    for number in range(WORDS_A_PART):
        await visitor.do(m.Send(IDS.new_id(), 0, f"v {part}.{number}"))
        await agent.do(m.Send(IDS.new_id(), conversation, f"a {part}.{number}"))
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("workers", [0, 2])
def test_chats_go_on_over_planned_restarts_and_lose_or_double_nothing(
    tmp_path: Path, workers: int
) -> None:
    async def scenario(server: AirDeskServer) -> None:
        port = server.port
        visitor = SocketPerson(get_visitor_token(port), port)
        agent = SocketPerson(server.agent_addresses()[0].partition("#token=")[2], port)
        async with asyncio.TaskGroup() as group:
            living = [group.create_task(person.live()) for person in (visitor, agent)]
            await agent.do(m.SetAvailability(IDS.new_id(), conv.Availability.ONLINE))
            await visitor.do(m.Send(IDS.new_id(), 0, "hello"))
            await visitor.settled(1)
            await agent.settled(1)
            for round_number in range(RESTARTS):
                talking = asyncio.create_task(talk(visitor, agent, f"{round_number}.before"))
                assert await asyncio.to_thread(server.stop) == 0
                checkpoint, head = checkpoint_and_head(server)
                assert checkpoint == head > 0
                await talking
                await talk(visitor, agent, f"{round_number}.during")
                await asyncio.to_thread(server.start)
                await talk(visitor, agent, f"{round_number}.behind")
                everything = 1 + (round_number + 1) * 3 * 2 * WORDS_A_PART
                await visitor.settled(everything)
                await agent.settled(everything)
            said = visitor.words()
            assert len(said) == len(set(said)) == everything
            assert agent.words() == said
            mine = [word for word in said if word.startswith("v")]
            assert mine == [
                f"v {round_number}.{part}.{number}"
                for round_number in range(RESTARTS)
                for part in ("before", "during", "behind")
                for number in range(WORDS_A_PART)
            ]
            assert (visitor.resets, agent.resets) == (0, 0)
            assert min(visitor.connects, agent.connects) > RESTARTS
            for task in living:
                task.cancel()

    with AirDeskServer(tmp_path, workers) as server:
        asyncio.run(asyncio.wait_for(scenario(server), 300))
