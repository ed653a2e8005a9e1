"""What an API token's scopes allow on the socket."""

from __future__ import annotations

from typing import get_args

from airdesk.app.gateway.command_permissions import COMMANDS
from airdesk.core.wire import messages as m
from airdesk.core.wire.client import CommandRefused, OtherSide
from airdesk.services.access import Credential
from tests.kit.house import House

PERMISSION_MISSING = 4223


class LimitedHouse(House):
    """An agent's token here may read conversations and nothing else."""

    def check_credential(self, token: str) -> Credential:
        """See Credentials: "reading agent 1" shows a token with one scope."""
        kind, _, who = token.partition(" ")
        if kind != "reading":
            return super().check_credential(token)
        return super().check_credential(who)._replace(scopes=("conversations:read",))


def test_every_message_of_a_client_names_what_it_asks() -> None:
    assert set(COMMANDS) == set(get_args(m.ClientMessage))


def test_a_token_that_may_read_reads_and_changes_nothing() -> None:
    house = LimitedHouse(agents=2)
    holder = house.agent_online(1)
    visitor = house.join("visitor 1")
    visitor.send("hello")
    reader = house.join("reading agent 1")
    conversation = holder.conversation
    assert reader.texts(conversation) == ["hello"]
    stored = len(house.disk.records)
    for command in (
        m.Send(house.ids.new_id(), conversation, "x"),
        m.Note(house.ids.new_id(), conversation, "x"),
        m.Assign(house.ids.new_id(), conversation),
        m.Transfer(house.ids.new_id(), conversation, team=bytes(15) + b"t"),
        m.Resolve(house.ids.new_id(), conversation),
        m.Reopen(house.ids.new_id(), conversation),
        m.Snooze(house.ids.new_id(), conversation, house.clock.ms + 1_000),
        m.SetAvailability(house.ids.new_id(), 0),
    ):
        reader.happenings.clear()
        reader.do(command)
        (refused,) = reader.took(CommandRefused)
        assert isinstance(refused, CommandRefused)
        assert refused.number == PERMISSION_MISSING, command
    assert len(house.disk.records) == stored


def test_a_token_that_may_only_read_is_neither_seen_typing_nor_reading() -> None:
    house = LimitedHouse(agents=1)
    holder = house.agent_online(1)
    visitor = house.join("visitor 1")
    visitor.send("hello")
    holder.hang_up()
    reader = house.join("reading agent 1")
    visitor.happenings.clear()
    reader.session.typing(reader.conversation, on=True)
    reader.session.read(reader.conversation, 2)
    reader.session.flush_receipts()
    house.settle()
    house.pass_time(3_000)
    assert visitor.took(OtherSide) == []
