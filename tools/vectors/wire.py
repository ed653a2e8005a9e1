"""Every message of the socket protocol at least twice, in both encodings, edges included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from airdesk.core.wire import BINARY, JSON
from airdesk.core.wire import messages as m

LARGEST = 2**53 - 1
AGENT = bytes.fromhex("0192f0c1a2b37c4d8e5f000000000a01")
AGENT_2 = bytes.fromhex("0192f0c1a2b37c4d8e5f000000000a02")
CONVERSATION = bytes.fromhex("0192f0c1a2b37c4d8e5f000000000c01")
CONVERSATION_2 = bytes.fromhex("0192f0c1a2b37c4d8e5f000000000c02")
DEVICE = bytes.fromhex("0192f0c1a2b37c4d8e5f000000000d01")
INSTANCE = bytes.fromhex("0192f0c1a2b37c4d8e5f000000000e01")
OPERATION = bytes.fromhex("0192f0c1a2b37c4d8e5f000000000f01")
LABEL = bytes.fromhex("0192f0c1a2b37c4d8e5f000000001601")
LABEL_2 = bytes.fromhex("0192f0c1a2b37c4d8e5f000000001602")
INBOX = bytes.fromhex("0192f0c1a2b37c4d8e5f000000001301")
TEAM = bytes.fromhex("0192f0c1a2b37c4d8e5f000000001001")
VISITOR = bytes.fromhex("0192f0c1a2b37c4d8e5f000000001101")
FILE = bytes.fromhex("0192f0c1a2b37c4d8e5f000000001401")
ZERO = bytes(16)
FULL = b"\xff" * 16

Case = tuple[str, m.ClientMessage | m.ServerMessage]

CLIENT: tuple[Case, ...] = (
    ("hello, shortest", m.Hello("t", DEVICE, INSTANCE)),
    ("hello, second attempt without a cursor", m.Hello("t", DEVICE, INSTANCE, 2)),
    (
        "hello, resume with two held",
        m.Hello(
            "token.of-some.length",
            DEVICE,
            INSTANCE,
            7,
            "e1:4711",
            (m.Held(CONVERSATION, 12), m.Held(CONVERSATION_2, LARGEST)),
            "example/1.0 (中文)",
        ),
    ),
    ("hello, only the last field differs", m.Hello("t", ZERO, FULL, client="x")),
    ("send, mine", m.Send(OPERATION, 0, "Hello")),
    ("send, Chinese, by ref", m.Send(OPERATION, 5, "你好，我的订单还没到。")),
    ("send, by id, emoji", m.Send(OPERATION, CONVERSATION, "👍🏽 done 👩‍👩‍👧")),
    ("send, ref of two bytes, empty text", m.Send(OPERATION, 128, "")),
    (
        "send, characters that JSON escapes",
        m.Send(OPERATION, 1, 'a "b" \\ / \b\f\n\r\t\x01\x1f\x7f é'),
    ),
    ("send, text of 31 bytes", m.Send(OPERATION, 1, "x" * 31)),
    ("send, text of 32 bytes", m.Send(OPERATION, 1, "x" * 32)),
    ("send, text of 256 bytes", m.Send(OPERATION, 1, "y" * 256)),
    ("send, text of 16,384 bytes", m.Send(OPERATION, 1, "四" * 5461 + "z")),
    ("send, a file", m.Send(OPERATION, 0, "发票.pdf", "ticket.of-a-file")),
    ("note, by ref", m.Note(OPERATION, 3, "VIP")),
    ("note, by id", m.Note(OPERATION, CONVERSATION, "请先退款")),
    ("start", m.Start(OPERATION)),
    ("start, another id", m.Start(FULL)),
    ("assign, to me", m.Assign(OPERATION, 3)),
    ("assign, to an agent", m.Assign(OPERATION, CONVERSATION, AGENT)),
    ("transfer, to an agent", m.Transfer(OPERATION, 3, AGENT)),
    ("transfer, to a team", m.Transfer(OPERATION, 3, b"", TEAM)),
    ("transfer, to a team with a note", m.Transfer(OPERATION, CONVERSATION, b"", TEAM, "急")),
    ("resolve, by ref", m.Resolve(OPERATION, 3)),
    ("resolve, by id", m.Resolve(OPERATION, CONVERSATION)),
    ("reopen, by ref", m.Reopen(OPERATION, 3)),
    ("reopen, by id", m.Reopen(OPERATION, CONVERSATION)),
    ("snooze, a time of today", m.Snooze(OPERATION, 3, 1_760_000_000_000)),
    ("snooze, the largest number", m.Snooze(OPERATION, CONVERSATION, LARGEST)),
    ("rate, five", m.Rate(OPERATION, 0, 5)),
    ("rate, by id", m.Rate(OPERATION, CONVERSATION, 1)),
    ("hand_off, mine", m.HandOff(OPERATION, 0)),
    ("hand_off, by id", m.HandOff(OPERATION, CONVERSATION)),
    ("set_availability, online", m.SetAvailability(OPERATION, 2)),
    ("set_availability, offline", m.SetAvailability(OPERATION, 0)),
    ("follow, newest", m.Follow(CONVERSATION)),
    ("follow, after a seq", m.Follow(CONVERSATION, 300)),
    ("unfollow", m.Unfollow(3)),
    ("unfollow, large ref", m.Unfollow(70_000)),
    ("receipt, none", m.Receipt(())),
    ("receipt, two", m.Receipt((m.Mark(1, 12, 9), m.Mark(200, 65_536)))),
    ("typing, on", m.Typing(1)),
    ("typing, off", m.Typing(255, False)),
    ("refresh", m.Refresh()),
    ("refresh, again", m.Refresh()),
    ("history", m.History(1, 51)),
    ("history, large", m.History(256, 2**32)),
    ("alive", m.Alive()),
    ("alive, again", m.Alive()),
    ("note, with mentions", m.Note(OPERATION, 3, "@Bo 请看", (AGENT, AGENT_2))),
    ("typing, with what stands there", m.Typing(1, True, "我的订单还没")),
    ("viewing, by ref", m.Viewing(3)),
    ("viewing, none", m.Viewing(0, False)),
    ("set_labels, none", m.SetLabels(OPERATION, 3, ())),
    ("set_labels, two", m.SetLabels(OPERATION, CONVERSATION, (LABEL, LABEL_2))),
    ("set_priority, normal", m.SetPriority(OPERATION, 3, 0)),
    ("set_priority, urgent", m.SetPriority(OPERATION, CONVERSATION, 2)),
    ("return_to_bot, by ref", m.ReturnToBot(OPERATION, 3)),
    ("return_to_bot, by id", m.ReturnToBot(OPERATION, CONVERSATION)),
)

_MESSAGE = m.PageEvent(2, 1, 1_500, 3, 0, "在吗？")

SERVER: tuple[Case, ...] = (
    ("welcome, visitor", m.Welcome(VISITOR, 0, 1_760_000_000_000, 25_000, "e1:4711")),
    ("welcome, reset", m.Welcome(AGENT, 1, 1_760_000_000_000, 25_000, "e2:0", True)),
    ("failure, fenced", m.Failure(4010, "a newer connection of this instance took over")),
    ("failure, retry", m.Failure(4301, "more than 262144 bytes wait to be read", 1_000)),
    ("accepted, nothing to tell", m.Accepted(OPERATION)),
    ("accepted, a message", m.Accepted(OPERATION, 1, 7, 61_000)),
    ("accepted, ref alone", m.Accepted(OPERATION, 200)),
    ("rejected, transition", m.Rejected(OPERATION, 4203, "not possible")),
    ("rejected, reused", m.Rejected(OPERATION, 4011, "")),
    (
        "row, shortest",
        m.Row(1, CONVERSATION, 1_760_000_000_000, 4711, 1, VISITOR, 3, 1_760_000_000_500),
    ),
    (
        "row, every field",
        m.Row(
            300,
            CONVERSATION,
            1_760_000_000_000,
            LARGEST,
            2,
            VISITOR,
            90,
            1_760_000_900_000,
            100,
            2,
            AGENT,
            (AGENT, AGENT_2),
            88,
            80,
        ),
    ),
    (
        "row, defaults in the middle",
        m.Row(
            2,
            CONVERSATION_2,
            1_760_000_000_000,
            1,
            4,
            VISITOR,
            9,
            1_760_000_000_000,
            participants=(AGENT,),
            read=1,
        ),
    ),
    ("opened, from the start", m.Opened(1, 0)),
    ("opened, later", m.Opened(129, 40)),
    ("event, started", m.Event(1, 1, 0, 0, 1)),
    ("event, joined", m.Event(1, 4, 3, 9_000, 2, subject=AGENT)),
    ("event, message of a visitor", m.Event(1, 2, 1, 120, 3, 0, "Where is my parcel?")),
    (
        "event, message with its operation",
        m.Event(1, 2, 1, 120, 3, 0, "我的包裹在哪里？", op=OPERATION),
    ),
    ("event, note", m.Event(1, 8, 7, 70_000, 4, 3, "ask 财务")),
    ("event, queued for everybody", m.Event(1, 3, 2, 120, 5)),
    ("event, queued for a team", m.Event(1, 9, 8, 80_000, 5, 1, "", TEAM, 4)),
    ("event, assigned", m.Event(127, 5, 4, 9_000, 6, 1, "", AGENT, 8)),
    ("event, snoozed", m.Event(128, 10, 9, 90_000, 7, 3, value=1_760_003_600_000)),
    ("event, resolved", m.Event(255, 11, 10, 95_000, 8, 3)),
    ("event, reopened", m.Event(256, 12, 11, 96_000, 9, 0, value=5)),
    ("event, rated", m.Event(65_536, 13, 12, 97_000, 10, value=5)),
    (
        "event, every field at its largest",
        m.Event(LARGEST, LARGEST, LARGEST, LARGEST, LARGEST, LARGEST, "😀", FULL, LARGEST, FULL),
    ),
    ("receipts, one", m.Receipts((m.Mark(1, 7, 7),))),
    ("receipts, only delivered", m.Receipts((m.Mark(1, 8), m.Mark(2)))),
    ("somebody_typing, on", m.SomebodyTyping(1, 3)),
    ("somebody_typing, off", m.SomebodyTyping(128, 0, False)),
    ("beat, bare", m.Beat(1_760_000_025_000)),
    (
        "beat, heads",
        m.Beat(1_760_000_025_000, "e1:4720", (m.Head(1, 7, 4715), m.Head(129, 300, 4720))),
    ),
    ("listing, empty", m.Listing(())),
    ("listing, visitor", m.Listing((1,), cursor="e1:4711")),
    ("listing, agent", m.Listing((1, 2, 300), (4, 5), 17, "e1:4711", 2)),
    ("page, nothing older", m.Page(1, 1, (), True)),
    ("page, nothing said", m.Page(129, 5)),
    (
        "page, events of several kinds",
        m.Page(
            1,
            6,
            (
                m.PageEvent(1, 0, 0, 1),
                _MESSAGE,
                m.PageEvent(3, 2, 1_500, 5),
                m.PageEvent(4, 3, 2_000, 2, 1, "", AGENT),
                m.PageEvent(5, 4, 2_000, 6, 1, "", AGENT, 8),
            ),
            True,
        ),
    ),
    ("closed", m.Closed(1)),
    ("closed, large ref", m.Closed(70_000)),
    ("closed, never known", m.Closed(0, CONVERSATION)),
    (
        "event, a picture",
        m.Event(
            1, 9, 8, 61_000, 3, 0, "photo.png", file=m.File(FILE, 5_000, "image/png", 640, 480)
        ),
    ),
    (
        "event, own file",
        m.Event(
            1,
            9,
            8,
            61_000,
            3,
            0,
            "发票.pdf",
            op=OPERATION,
            file=m.File(FILE, 26_214_400, "application/pdf"),
        ),
    ),
    (
        "event, options of the bot",
        m.Event(1, 2, 1, 5, 3, 2, "What is it about?", options=("Delivery", "退款")),
    ),
    (
        "page, file and options",
        m.Page(
            1,
            9,
            (
                m.PageEvent(
                    3, 2, 7, 3, 0, "a.txt", file=m.File(FILE, 0, "text/plain"), options=("x",)
                ),
                _MESSAGE,
            ),
        ),
    ),
)


_STAFF_ROW = m.Row(
    4,
    CONVERSATION,
    1_760_000_000_000,
    4711,
    3,
    VISITOR,
    9,
    1_760_000_000_000,
    labels=(LABEL, LABEL_2),
    priority=2,
    snoozed_until_ms=1_760_003_600_000,
    inbox=INBOX,
)
SERVER += (
    ("row, as the staff sees it", _STAFF_ROW),
    ("event, note with mentions", m.Event(1, 8, 7, 5, 4, 3, "@Bo", subjects=(AGENT_2,))),
    ("event, labelled", m.Event(1, 9, 8, 5, 11, 3, subjects=(LABEL, LABEL_2))),
    ("event, no label left", m.Event(1, 9, 8, 5, 11, 3)),
    ("event, prioritised", m.Event(1, 9, 8, 5, 12, 3, value=2)),
    ("event, returned", m.Event(1, 9, 8, 5, 13, 3)),
    (
        "page, several subjects",
        m.Page(1, 9, (m.PageEvent(3, 2, 7, 11, 3, subjects=(LABEL, LABEL_2)), _MESSAGE)),
    ),
    ("somebody_typing, with what stands there", m.SomebodyTyping(1, 0, True, "我的订单还没")),
    ("somebody_viewing, nobody", m.SomebodyViewing(1)),
    ("somebody_viewing, two", m.SomebodyViewing(128, (AGENT, AGENT_2))),
    ("mentioned", m.Mentioned(CONVERSATION, 9, AGENT)),
    ("mentioned, later", m.Mentioned(CONVERSATION_2, 300, AGENT_2)),
)


def vectors() -> list[dict[str, Any]]:
    """Give what `tests/vectors/wire.json` holds."""
    return [
        *(_vector(name, "client", message) for name, message in CLIENT),
        *(_vector(name, "server", message) for name, message in SERVER),
    ]


def tolerated() -> list[dict[str, Any]]:
    """Give what `tests/vectors/tolerated.json` holds: other bytes for the same message."""
    return list(_tolerated())


def _vector(
    name: str, direction: str, message: m.ClientMessage | m.ServerMessage
) -> dict[str, Any]:
    return {
        "name": name,
        "direction": direction,
        "json": JSON.encode(message).decode(),
        "bin": BINARY.encode(message).hex(),
    }


def _tolerated() -> Iterator[dict[str, Any]]:
    for name, direction, json, binary, message in (
        (
            "a field of a later version",
            "client",
            '{"type":"typing","ref":1,"on":true,"later":[{"a":1}]}',
            "9617 01 c3 a0 9181a16101 c0",
            m.Typing(1),
        ),
        (
            "defaults written out",
            "client",
            '{"agent":"","where":3,"op":"0192F0C1-A2B3-7C4D-8E5F-000000000F01","type":"assign"}',
            "9405 c4100192f0c1a2b37c4d8e5f000000000f01 03 c400",
            m.Assign(OPERATION, 3),
        ),
        (
            "white space, wide numbers and wide strings",
            "server",
            '{ "type" : "closed" ,\n\t"ref" : 1 }',
            "dc0002 cc4c cf0000000000000001",
            m.Closed(1),
        ),
        (
            "a short item in a list",
            "server",
            '{"type":"receipts","marks":[{"ref":1},{"ref":2,"delivered":3,"read":0,"x":1}]}',
            "9247 92 9101 9402 03 00 01",
            m.Receipts((m.Mark(1), m.Mark(2, 3))),
        ),
    ):
        yield {
            "name": name,
            "direction": direction,
            "json": json,
            "bin": binary.replace(" ", ""),
            "same_as": _vector(name, direction, message)["bin"],
        }


REFUSED: tuple[dict[str, str], ...] = (
    {"name": "nothing", "direction": "client", "json": "", "bin": ""},
    {"name": "no array, no object", "direction": "client", "json": "7", "bin": "07"},
    {"name": "no number, no type", "direction": "client", "json": "{}", "bin": "90"},
    {
        "name": "an unknown message",
        "direction": "client",
        "json": '{"type":"dance"}',
        "bin": "911d",
    },
    {
        "name": "a reserved number",
        "direction": "server",
        "json": '{"type":"chunk"}',
        "bin": "9150",
    },
    {
        "name": "a message of the other direction",
        "direction": "client",
        "json": '{"type":"closed","ref":1}',
        "bin": "924c01",
    },
    {
        "name": "a required field is missing",
        "direction": "client",
        "json": '{"type":"history","ref":1}',
        "bin": "921901",
    },
    {
        "name": "a negative number",
        "direction": "client",
        "json": '{"type":"unfollow","ref":-1}',
        "bin": "9215ff",
    },
    {
        "name": "a number above 2^53 - 1",
        "direction": "client",
        "json": '{"type":"unfollow","ref":9007199254740992}',
        "bin": "9215cf0020000000000000",
    },
    {
        "name": "a fraction",
        "direction": "client",
        "json": '{"type":"unfollow","ref":1.5}',
        "bin": "9215cb3ff8000000000000",
    },
    {
        "name": "an id that is too short",
        "direction": "client",
        "json": '{"type":"start","op":"0192f0c1"}',
        "bin": "9204c4040192f0c1",
    },
    {
        "name": "an id of UUID length with other letters",
        "direction": "client",
        "json": '{"type":"start","op":"0192f0c1-a2b3-7c4d-8e5f-000000000z01"}',
        "bin": "9204b030313932663063316132623337633464",
    },
    {
        "name": "an optional id that is too short, in an item",
        "direction": "server",
        "json": '{"type":"page","ref":1,"before":2,"events":'
        '[{"seq":1,"prev":0,"dt_ms":0,"kind":2,"subject":"ab"}]}',
        "bin": "944b 01 02 91 98 01 00 00 02 01 a0 c401ab 00".replace(" ", ""),
    },
    {
        "name": "text that is no UTF-8",
        "direction": "client",
        "json": "",
        "bin": "9402c4100192f0c1a2b37c4d8e5f000000000f0100a2c328",
    },
    {
        "name": "half a surrogate pair",
        "direction": "client",
        "json": '{"type":"send","op":"0192f0c1-a2b3-7c4d-8e5f-000000000f01","where":0,'
        '"text":"\\ud83d"}',
        "bin": "9402c4100192f0c1a2b37c4d8e5f000000000f0100a3eda0bd",
    },
    {
        "name": "bytes behind the message",
        "direction": "client",
        "json": '{"type":"alive"}{"type":"alive"}',
        "bin": "911a911a",
    },
    {
        "name": "null for a file",
        "direction": "server",
        "json": '{"type":"event","ref":1,"seq":2,"prev":1,"dt_ms":0,"kind":3,"file":null}',
        "bin": "9c46 01 02 01 00 03 00 a0 c400 00 c400 07".replace(" ", ""),
    },
    {
        "name": "null for a field",
        "direction": "client",
        "json": '{"type":"unfollow","ref":null}',
        "bin": "9215c0",
    },
)
