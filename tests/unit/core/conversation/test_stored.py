"""Stored bytes are read for ever."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from msgspec.structs import replace

from airdesk.core import conversation as c
from airdesk.core.kernel import ConversationId
from tests.kit import conversations as k
from tests.kit import strategies as s
from tools.vectors import earlier
from tools.vectors import events as golden

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[3] / "vectors" / "events.json").read_text("utf-8")
)


def stored(name: str) -> bytes:
    return bytes.fromhex(VECTORS[name])


def test_every_kind_of_event_has_golden_bytes() -> None:
    assert {type(event) for event in golden.EVENTS} == set(get_args(c.Event))


@pytest.mark.parametrize("index", range(len(golden.EVENTS)))
def test_golden_bytes_are_today_s_event(index: int) -> None:
    event, vector = golden.EVENTS[index], VECTORS["events"][index]
    assert vector["kind"] == type(event).__name__
    assert c.decode_events(bytes.fromhex(vector["bin"])) == (event,)
    assert c.encode_events((event,)).hex() == vector["bin"]


@pytest.mark.parametrize("index", range(len(golden.SHORT_EVENTS)))
def test_bytes_without_later_fields_have_their_defaults(index: int) -> None:
    event, vector = golden.SHORT_EVENTS[index], VECTORS["short_events"][index]
    short = bytes.fromhex(vector["bin"])
    assert c.decode_events(short) == (event,)
    assert len(short) < len(c.encode_events((event,)))


def test_a_record_with_every_kind_is_read() -> None:
    assert c.decode_events(stored("record")) == golden.EVENTS
    assert c.decode_bodies(stored("bodies")) == ("你好", "", "two")
    assert c.decode_bodies(b"") == ()


def test_what_the_first_release_stored_is_read() -> None:
    assert c.decode_events(bytes.fromhex(golden.FIRST_RECORD)) == golden.FIRST_EVENTS
    state = c.decode_state(bytes.fromhex(golden.FIRST_STATE))
    assert state == replace(golden.STATE, hidden=(), label_ids=())
    account = c.decode_account(bytes.fromhex(golden.FIRST_ACCOUNT_STATE))
    first = replace(golden.ACCOUNT_STATE, denied={}, aliases=0, removed_inboxes=(), blocked={})
    assert account == first


def test_what_was_stored_before_labels_and_mentions_is_read() -> None:
    assert c.decode_events(bytes.fromhex(earlier.SECOND_RECORD)) == earlier.SECOND_EVENTS
    state = c.decode_state(bytes.fromhex(earlier.SECOND_STATE))
    assert state == replace(golden.STATE, label_ids=())
    account = c.decode_account(bytes.fromhex(earlier.SECOND_ACCOUNT_STATE))
    assert account == replace(golden.ACCOUNT_STATE, removed_inboxes=(), blocked={})


def test_a_message_without_a_file_has_the_hash_of_the_first_release() -> None:
    encoded = msgspec.msgpack.encode((2, "你好"))
    first = hashlib.blake2b(k.CONVERSATION + encoded, digest_size=8).digest()
    assert c.command_hash(c.SendMessage("你好"), k.CONVERSATION) == first
    hashes = {
        c.command_hash(command, k.CONVERSATION)
        for command in (
            c.SendMessage("你好"),
            c.SendMessage("你好", golden.FILE),
            c.SendMessage("你好", None, ("ja",)),
        )
    }
    assert len(hashes) == 3


def test_a_note_without_mentions_has_the_hash_of_the_first_release() -> None:
    encoded = msgspec.msgpack.encode((3, "look"))
    first = hashlib.blake2b(k.CONVERSATION + encoded, digest_size=8).digest()
    assert c.command_hash(c.AddNote("look"), k.CONVERSATION) == first
    assert c.command_hash(c.AddNote("look", (k.BO,)), k.CONVERSATION) != first


def test_answers_and_states_are_read() -> None:
    assert c.decode_answer(stored("first_answer")) == golden.ANSWER
    assert c.decode_state(stored("conversation_state")) == golden.STATE
    assert c.decode_state(stored("short_conversation_state")) == golden.SHORT_STATE
    assert c.decode_account(stored("account_state")) == golden.ACCOUNT_STATE
    assert c.decode_links(stored("visitor_links")) == golden.LINKS


def test_no_field_of_the_golden_state_has_its_default() -> None:
    for field in msgspec.structs.fields(c.ConversationState):
        assert getattr(golden.STATE, field.name) != field.default, field.name


def test_bytes_that_were_written_by_hand() -> None:
    assert c.encode_events((c.MessageSent(0),)).hex() == "91950300" + "00" + "c000"
    assert c.decode_events(bytes.fromhex("9193030000")) == (c.MessageSent(0),)
    assert c.encode_events((c.ConversationRated(5),)).hex() == "91920a05"
    joined = c.ParticipantJoined(golden.AGENT)
    assert c.encode_events((joined,)).hex() == "919302c410" + golden.AGENT.hex() + "c2"
    assert c.encode_answer(c.FirstAnswer(golden.CONVERSATION, 7, 0)).hex() == (
        "93c410" + golden.CONVERSATION.hex() + "0700"
    )


@given(s.histories())
def test_whatever_was_decided_is_read_as_it_was(history: k.History) -> None:
    for kept in history.records:
        assert c.decode_events(c.encode_events(kept.events)) == kept.events
        assert c.decode_bodies(c.encode_bodies(kept.bodies)) == kept.bodies


@pytest.mark.parametrize("damaged", [b"", b"\x91", b"\x91\x92\x63\x01", b"\x80", b"\xc1"])
def test_damaged_bytes_are_noticed(damaged: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        c.decode_events(damaged)


class _Retired(msgspec.Struct, frozen=True, array_like=True, tag=100):
    score_of_ten: int


class _Older(msgspec.Struct, frozen=True, array_like=True, tag=101):
    percent: int


def test_retired_events_become_todays_step_by_step() -> None:
    upcasters: dict[type, Any] = {
        _Older: lambda event: _Retired(event.percent // 10),
        _Retired: lambda event: c.ConversationRated(event.score_of_ten // 2),
    }
    events = (c.ConversationResolved(1), _Older(80), _Retired(10))
    assert c.upcast(events, upcasters) == (
        c.ConversationResolved(1),
        c.ConversationRated(4),
        c.ConversationRated(5),
    )


def test_a_hash_stands_for_the_command_and_its_conversation() -> None:
    other = ConversationId(b"x" * 16)
    command = c.SendMessage("Hello")
    digest = c.command_hash(command, k.CONVERSATION)
    assert len(digest) == c.COMMAND_HASH_BYTES
    assert digest == c.command_hash(c.SendMessage("Hello"), k.CONVERSATION)
    assert digest.hex() == "200e7144e37ca995"
    others = [
        c.command_hash(c.SendMessage("Hello "), k.CONVERSATION),
        c.command_hash(c.AddNote("Hello"), k.CONVERSATION),
        c.command_hash(command, other),
    ]
    assert len({digest, *others}) == 4
