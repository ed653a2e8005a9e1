"""Records of many conversations, made without a home: for tables large enough to be slow."""

from __future__ import annotations

import random
from collections.abc import Iterator

from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    ConversationId,
    InboxId,
    LabelId,
    OperationId,
    TeamId,
    VisitorId,
    uuid7,
)
from airdesk.ports.event_log import Record
from tests.kit.house import agent

START_MS = 1_790_000_000_000
ACCOUNTS = tuple(AccountId(b"account %d......." % number) for number in range(3))
"""The first has nearly everything."""

INBOX = InboxId(b"inbox 0.........")
TEAM = TeamId(b"team 0..........")
"""Waited for in every third conversation."""

COMMON, RARE = LabelId(b"label common...."), LabelId(b"label rare......")
"""Labels of every second and of every 70th resolved conversation."""

_CHINESE = (
    "订单,快递,退款,发货,地址,颜色,尺码,客服,优惠,付款,什么时候,可以,请问,我的,已经,还没有,收到,怎么,"
    "修改,申请,七天,无理由,谢谢,您好"
)
_ENGLISH = (
    "order,refund,parcel,address,please,when,where,my,the,is,delivered,size,colour,coupon,"
    "invoice,account,password,reset,thanks,hello"
)
_NO_TEAM = TeamId(NO_ID)
_WORDS = (*_CHINESE.split(","), *_ENGLISH.split(","))


def talk_records(messages: int, each: int = 20, seed: int = 1) -> Iterator[Record]:
    """Give the records of conversations that go on side by side.

    Args:
        messages: how many messages there are in all.
        each: messages of one conversation.
        seed: of the words.
    """
    dice = random.Random(seed)
    open_at_once: list[_Talk] = []
    started = said = position = 0
    while said < messages:
        if len(open_at_once) < 500:
            started += 1
            position += 1
            talk = _Talk(started, dice)
            yield talk.start(position)
            open_at_once.append(talk)
            continue
        talk = dice.choice(open_at_once)
        said += 1
        position += 1
        yield talk.say(position)
        if talk.said == each:
            position += 1
            yield talk.resolve(position)
            open_at_once.remove(talk)


class _Talk:
    """One conversation."""

    def __init__(self, number: int, dice: random.Random) -> None:
        self._dice = dice
        self._number = number
        self._account_id = ACCOUNTS[0 if number % 50 else 1 + number % 2]
        self._id = ConversationId(uuid7(START_MS + number, dice.randbytes(10)))
        self._visitor = VisitorId(uuid7(START_MS, (number % 10_000).to_bytes(10, "big")))
        self._agent = agent(number % 40)
        self._seq = 0
        self.said = 0

    def start(self, position: int) -> Record:
        """The visitor comes and an agent gets him."""
        return self._record(
            position,
            conv.ConversationStarted(INBOX, self._visitor, with_bot=False),
            conv.ConversationQueued(conv.Cause.NEW, TEAM if self._number % 3 == 0 else _NO_TEAM),
            conv.ParticipantJoined(self._agent),
            conv.AgentAssigned(self._agent, conv.Cause.ROUTED),
        )

    def say(self, position: int) -> Record:
        """The visitor or the agent says something."""
        author = conv.AUTHOR_VISITOR if self.said % 2 == 0 else conv.AUTHOR_FIRST_PARTICIPANT
        self.said += 1
        words = self._dice.choices(_WORDS, k=self._dice.randint(3, 14))
        text = "".join(f"{word} " if word.isascii() else word for word in words)
        return self._record(position, conv.MessageSent(author), text=f"{text} {position}")

    def resolve(self, position: int) -> Record:
        """It is labelled, every tenth is shown to another agent, and done."""
        author = conv.AUTHOR_FIRST_PARTICIPANT
        events: list[conv.ConversationEvent] = []
        labels = (COMMON,) * (self._number % 2 == 0) + (RARE,) * (self._number % 70 == 0)
        if labels:
            events.append(conv.LabelsSet(author, labels))
        if self._number % 10 == 0:
            mentioned = agent((self._number // 10) % 40)
            events.append(conv.NoteAdded(author, 0, (mentioned,)))
        text = "look at this one" if self._number % 10 == 0 else ""
        return self._record(position, *events, conv.ConversationResolved(author), text=text)

    def _record(self, position: int, *events: conv.ConversationEvent, text: str = "") -> Record:
        first = self._seq + 1
        self._seq += len(events)
        return Record(
            position=position,
            account_id=self._account_id,
            conversation_id=self._id,
            first_seq=first,
            last_seq=self._seq,
            public_before=first - 1,
            ts_ms=START_MS + position * 10,
            actor=b"\x00" + self._visitor,
            operation_id=OperationId(NO_ID),
            command_hash=b"........",
            answer=b"",
            events=conv.encode_events(events),
            bodies=conv.encode_bodies((text,)) if text else b"",
        )
