"""A visitor's conversation as JSON."""

from __future__ import annotations

from msgspec.structs import replace

from airdesk.app.api.rendering import row_answer
from airdesk.ports.conversation_views import ConversationView
from tests.kit.house import House


def test_what_was_read_counts_as_delivered_and_nothing_private_is_counted() -> None:
    house = House()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    state = house.home.conversations.find(visitor.conversation)
    assert state is not None
    for read_seq, shown in ((0, 0), (1, 1), (state.last_seq + 5, state.public_seq)):
        seen = replace(state, staff_read_seq=read_seq)
        row = row_answer(ConversationView(seen, 1, None, (state.visitor_id,)))
        assert (row.delivered, row.read) == (shown, shown)
