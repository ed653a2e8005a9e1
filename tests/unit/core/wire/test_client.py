"""The client's session machine, beside what the recorded traces show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from airdesk.core.kernel import (
    ConversationId,
    DeviceId,
    InstanceId,
    MalformedMessage,
    OperationId,
    limits,
    parse_id,
)
from airdesk.core.wire import BINARY, JSON, ClientSession, Encoding, Outbox, Phase
from airdesk.core.wire import client as happening
from airdesk.core.wire import messages as m

TRACES = sorted((Path(__file__).resolve().parents[3] / "vectors" / "session").glob("*.json"))
DEVICE = DeviceId(b"d" * 16)
INSTANCE = InstanceId(b"i" * 16)
ME = b"m" * 16


def conversation(number: int) -> ConversationId:
    return ConversationId(b"conversation" + number.to_bytes(4, "big"))


def operation(number: int) -> OperationId:
    return OperationId(b"operation..." + number.to_bytes(4, "big"))


class Server:
    """The other end: it says what the test wants and reads what the client sent."""

    def __init__(self, outbox: Outbox | None = None, encoding: Encoding = BINARY) -> None:
        self.encoding = encoding
        self.client = ClientSession(encoding, "token", DEVICE, INSTANCE, outbox or Outbox())

    def sent(self) -> list[m.ClientMessage]:
        return [self.encoding.decode_client(payload) for payload in self.client.take_outgoing()]

    def says(self, *messages: m.ServerMessage) -> list[m.ClientMessage]:
        for message in messages:
            self.client.receive(self.encoding.encode(message))
        return self.sent()

    def welcomes(self, cursor: str = "e:1", reset: bool = False) -> list[m.ClientMessage]:
        self.client.connected()
        return self.says(m.Welcome(ME, 0, 1, 25_000, cursor, reset))

    def shows(self, ref: int, last_seq: int = 0) -> None:
        row = m.Row(ref, conversation(ref), 1, 1, 1, ME, last_seq, 1)
        assert self.says(row, m.Opened(ref, last_seq)) == []


@pytest.mark.parametrize("encoding", [BINARY, JSON], ids=lambda e: e.subprotocol)
@pytest.mark.parametrize("path", TRACES, ids=lambda p: p.stem)
def test_a_recorded_trace_happens_again(path: Path, encoding: Encoding) -> None:
    trace = json.loads(path.read_text("utf-8"))
    key = "bin" if encoding.binary else "json"

    def payload(message: dict[str, str]) -> bytes:
        return bytes.fromhex(message[key]) if encoding.binary else message[key].encode()

    outbox = Outbox(encoding.decode_client(payload(one)) for one in trace["outbox"])  # type: ignore[misc]
    device, instance = DeviceId(parse_id(trace["device"])), InstanceId(parse_id(trace["instance"]))
    session = ClientSession(encoding, trace["token"], device, instance, outbox)
    for step in trace["steps"]:
        _do(session, encoding, step, payload)
        assert session.take_outgoing() == [payload(one) for one in step["outgoing"]], step
        happened = session.take_happenings()
        names = [_snake(type(one).__name__) for one in happened]
        assert names == [one["happening"] for one in step["happenings"]], step
        assert session.phase.value == step["phase"]
        assert session.cursor == step["cursor"]


def _do(session: ClientSession, encoding: Encoding, step: dict[str, Any], payload: Any) -> None:
    name = step["do"]
    about = ConversationId(parse_id(step["conversation"])) if step.get("conversation") else None
    if name == "token":
        session.token = step["token"]
    elif name == "receive":
        session.receive(payload(step["message"]))
    elif name == "submit":
        session.submit(encoding.decode_client(payload(step["message"])))  # type: ignore[arg-type]
    elif name == "view":
        session.view(about)
    else:
        arguments = [step[key] for key in ("before", "on", "seq", "text") if key in step]
        first = [] if about is None else [about]
        getattr(session, name)(*first, *arguments)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).removeprefix("_")


def test_bytes_that_are_no_message_are_the_servers_fault() -> None:
    with pytest.raises(MalformedMessage):
        Server().client.receive(b"\xc1")


def test_a_cursor_is_kept_only_if_the_list_fits() -> None:
    server = Server()
    server.welcomes("e:1")
    assert server.says(m.Listing((9,), cursor="e:2")) == [m.Refresh()]
    assert server.client.cursor == "e:1"
    server.says(m.Listing((), cursor="e:3"))
    assert server.client.cursor == "e:3"


def test_a_cursor_is_kept_only_if_the_beat_fits() -> None:
    server = Server()
    server.welcomes("e:1")
    assert server.says(m.Beat(1, "e:2", (m.Head(9, 1, 1),))) == [m.Refresh()]
    assert server.client.cursor == "e:1"
    assert server.says(m.Beat(1, "e:3")) == []
    assert server.client.cursor == "e:3"


def test_marks_above_the_bound_wait_for_the_next_flush() -> None:
    server = Server()
    server.welcomes()
    count = limits.MARKS_MAX + 5
    for ref in range(1, count + 1):
        server.shows(ref)
        server.says(m.Event(ref, 1, 0, 0, 3, 3, "x"))
    flushed = []
    for _ in range(3):
        server.client.flush_receipts()
        flushed += server.sent()
    sizes = [len(one.marks) for one in flushed if isinstance(one, m.Receipt)]
    assert sizes == [limits.MARKS_MAX, 5]
    refs = {mark.ref for one in flushed if isinstance(one, m.Receipt) for mark in one.marks}
    assert refs == set(range(1, count + 1))


def test_a_mark_waits_until_its_conversation_has_a_ref() -> None:
    server = Server()
    server.welcomes()
    server.shows(1)
    server.says(m.Event(1, 1, 0, 0, 3, 3, "x"))
    server.client.disconnected()
    server.welcomes()
    server.client.flush_receipts()
    assert server.sent() == []
    server.says(m.Row(5, conversation(1), 1, 1, 1, ME, 1, 1))
    server.client.flush_receipts()
    assert server.sent() == [m.Receipt((m.Mark(5, 1),))]


def test_a_mark_of_a_closed_conversation_is_dropped() -> None:
    server = Server()
    server.welcomes()
    server.shows(1)
    server.says(m.Event(1, 1, 0, 0, 3, 3, "x"), m.Closed(1))
    server.client.flush_receipts()
    assert server.sent() == []


def test_a_conversation_opened_while_offline_is_followed_after_welcome() -> None:
    server = Server()
    server.client.follow(conversation(1))
    assert server.sent() == []
    assert server.welcomes() == [
        m.Hello("token", DEVICE, INSTANCE),
        m.Follow(conversation(1)),
    ]


def test_a_conversation_that_the_person_has_open_is_followed_again_after_a_reset() -> None:
    server = Server()
    server.welcomes()
    server.client.follow(conversation(1))
    server.sent()
    server.shows(1, last_seq=7)
    server.shows(2, last_seq=8)
    server.client.disconnected()
    hello, follow = server.welcomes(reset=True)
    assert isinstance(hello, m.Hello)
    assert [one.seq for one in hello.held] == [7, 8]
    assert follow == m.Follow(conversation(1), 0)
    assert list(server.client.views) == [conversation(1)]


def test_no_more_conversations_are_held_than_the_server_takes() -> None:
    server = Server()
    server.welcomes()
    for ref in range(1, limits.HELD_CONVERSATIONS_MAX + 3):
        server.shows(ref)
    server.client.disconnected()
    server.client.connected()
    (hello,) = server.sent()
    assert isinstance(hello, m.Hello)
    assert len(hello.held) == limits.HELD_CONVERSATIONS_MAX


def test_a_ref_in_the_outbox_is_refused() -> None:
    with pytest.raises(ValueError, match="by id"):
        Server().client.submit(m.Send(operation(1), 5, "to whom?"))


def test_a_command_made_twice_is_sent_once() -> None:
    server = Server()
    server.welcomes()
    server.client.submit(m.Send(operation(1), 0, "first"))
    server.client.submit(m.Send(operation(1), 0, "another body"))
    assert server.sent() == [m.Send(operation(1), 0, "first")]
    assert len(server.client.outbox) == 1


def test_a_long_outbox_flows_in_order_and_bounded() -> None:
    total = 3 * limits.COMMANDS_IN_FLIGHT_MAX + 1
    wished = [m.Send(operation(number), 0, str(number)) for number in range(total)]
    server = Server(Outbox(wished))
    _, *flying = server.welcomes()
    arrived: list[m.ClientMessage] = []
    while flying:
        assert len(flying) <= limits.COMMANDS_IN_FLIGHT_MAX
        first = flying.pop(0)
        assert isinstance(first, m.Send)
        arrived.append(first)
        flying += server.says(m.Accepted(first.op))
    assert arrived == wished
    assert len(server.client.outbox) == 0


def test_an_ended_session_keeps_its_outbox_and_says_nothing() -> None:
    server = Server()
    server.welcomes()
    server.says(m.Failure(4010, "fenced", 500))
    server.client.submit(m.Start(operation(1)))
    server.client.resubmit()
    server.client.flush_receipts()
    assert server.sent() == []
    assert server.client.phase == Phase.ENDED
    ended = server.client.take_happenings()[-1]
    assert ended == happening.Ended(4010, "fenced", -1)
    assert [one.op for one in server.client.outbox.entries] == [operation(1)]


def test_an_answer_names_the_conversation_if_the_connection_knows_it() -> None:
    server = Server()
    server.welcomes()
    server.shows(1)
    for number in (1, 2):
        server.client.submit(m.Send(operation(number), conversation(1), "x"))
    server.client.take_happenings()
    server.says(m.Accepted(operation(1), 1, 1), m.Accepted(operation(2), 9, 2))
    done = server.client.take_happenings()
    assert [getattr(one, "conversation", "") for one in done] == [conversation(1), None]
