"""Both encodings say the same, and nothing is lost between them."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airdesk.core.kernel import MalformedMessage
from airdesk.core.wire import (
    BINARY,
    BINARY_SUBPROTOCOL,
    ENCODINGS,
    JSON,
    JSON_SUBPROTOCOL,
    Encoding,
    message_name,
)
from airdesk.core.wire import messages as m
from tests.kit import strategies as s

CLASSES = [*s.CLIENT_CLASSES, *s.SERVER_CLASSES]
BOTH = [BINARY, JSON]
OPERATION = bytes(range(16))


def decode(encoding: Encoding, message: Any, payload: bytes) -> Any:
    if type(message) in s.CLIENT_CLASSES:
        return encoding.decode_client(payload)
    return encoding.decode_server(payload)


def tag_of(cls: Any) -> int:
    tag = cls.__struct_config__.tag
    assert isinstance(tag, int)
    return tag


def name_of(value: Any) -> str:
    return str(getattr(value, "subprotocol", "") or value.__name__)


@pytest.mark.parametrize("encoding", BOTH, ids=name_of)
@pytest.mark.parametrize("cls", CLASSES, ids=name_of)
@settings(max_examples=40)
@given(data=st.data())
def test_what_is_decoded_is_what_was_encoded(
    encoding: Encoding, cls: type, data: st.DataObject
) -> None:
    message = data.draw(s.messages_of(cls))
    assert decode(encoding, message, encoding.encode(message)) == message


@pytest.mark.parametrize("cls", CLASSES, ids=name_of)
@settings(max_examples=20)
@given(data=st.data())
def test_json_is_what_json_says_it_is(cls: type, data: st.DataObject) -> None:
    message = data.draw(s.messages_of(cls))
    text = JSON.encode(message).decode()
    plain = json.loads(text)
    assert plain["type"] == message_name(message)
    assert json.dumps(plain, ensure_ascii=False, separators=(",", ":")) == text


@pytest.mark.parametrize("cls", CLASSES, ids=name_of)
@settings(max_examples=20)
@given(data=st.data())
def test_binary_ends_with_a_value_that_is_no_default(cls: type, data: st.DataObject) -> None:
    message = data.draw(s.messages_of(cls))
    values = msgspec.msgpack.decode(BINARY.encode(message))
    assert values[0] == tag_of(cls)
    fields = msgspec.structs.fields(cls)
    assert all(f.default is not msgspec.NODEFAULT for f in fields[len(values) - 1 :])
    if len(values) > 1:
        last = fields[len(values) - 2]
        assert getattr(message, last.name) != last.default


@pytest.mark.parametrize("encoding", BOTH, ids=name_of)
@given(event=s.page_events, ref=st.integers(0, 2**53 - 1), op=s.optional_ids)
def test_an_event_from_shared_bytes_is_the_event(
    encoding: Encoding, event: m.PageEvent, ref: int, op: bytes
) -> None:
    whole = m.Event(ref, **msgspec.structs.asdict(event), op=op)
    frame = encoding.event_frame(ref, encoding.event_body(event, op))
    assert frame == encoding.encode(whole)
    assert encoding.decode_server(frame) == whole


@pytest.mark.parametrize("ref", [0, 1, 127, 128, 255, 256, 65_535, 65_536, 2**32, 2**53 - 1])
@pytest.mark.parametrize("encoding", BOTH, ids=name_of)
def test_every_width_of_a_ref_fits_the_shared_bytes(encoding: Encoding, ref: int) -> None:
    event = m.PageEvent(2, 1, 1500, 3, 0, "Hello")
    frame = encoding.event_frame(ref, encoding.event_body(event))
    assert frame == encoding.encode(m.Event(ref, 2, 1, 1500, 3, 0, "Hello"))


@pytest.mark.parametrize("cls", CLASSES, ids=name_of)
@settings(max_examples=20)
@given(data=st.data())
def test_fields_of_a_later_version_are_ignored(cls: type, data: st.DataObject) -> None:
    message = data.draw(s.messages_of(cls))
    later: list[Any] = [None, "text", 7, [1, [2]], {"a": {"b": 1.5}}, True]
    values = [tag_of(cls), *msgspec.structs.astuple(message), *later]
    assert decode(BINARY, message, msgspec.msgpack.encode(values)) == message
    plain = json.loads(JSON.encode(message)) | {"later": later}
    assert decode(JSON, message, json.dumps(plain).encode()) == message


@pytest.mark.parametrize("cls", CLASSES, ids=name_of)
@settings(max_examples=20)
@given(data=st.data())
def test_defaults_may_be_written_out(cls: type, data: st.DataObject) -> None:
    message = data.draw(s.messages_of(cls))
    values = [tag_of(cls), *msgspec.structs.astuple(message)]
    assert decode(BINARY, message, msgspec.msgpack.encode(values)) == message


@pytest.mark.parametrize("encoding", BOTH, ids=name_of)
@pytest.mark.parametrize("cls", CLASSES, ids=name_of)
@settings(max_examples=10)
@given(data=st.data())
def test_a_message_of_the_other_direction_is_refused(
    encoding: Encoding, cls: type, data: st.DataObject
) -> None:
    payload = encoding.encode(data.draw(s.messages_of(cls)))
    wrong = encoding.decode_server if cls in s.CLIENT_CLASSES else encoding.decode_client
    with pytest.raises(MalformedMessage):
        wrong(payload)


@pytest.mark.parametrize("number", sorted(m.RESERVED_NUMBERS))
def test_a_reserved_number_is_an_unknown_message(number: int) -> None:
    for decoder in (BINARY.decode_client, BINARY.decode_server):
        with pytest.raises(MalformedMessage):
            decoder(msgspec.msgpack.encode([number, 1]))


def test_numbers_of_messages_are_unique_and_tell_their_direction() -> None:
    numbers = [tag_of(cls) for cls in CLASSES]
    assert len(set(numbers)) == len(numbers)
    assert not set(numbers) & m.RESERVED_NUMBERS
    assert all(tag_of(cls) < 64 for cls in s.CLIENT_CLASSES)
    assert all(64 <= tag_of(cls) < 128 for cls in s.SERVER_CLASSES)


@pytest.mark.parametrize("length", [1, 15, 17])
def test_an_optional_id_of_another_length_is_refused(length: int) -> None:
    wrong = b"x" * length
    with pytest.raises(MalformedMessage):
        BINARY.decode_client(msgspec.msgpack.encode([5, OPERATION, 1, wrong]))
    page = [75, 1, 9, [[1, 0, 0, 2, 1, "", wrong, 0]]]
    with pytest.raises(MalformedMessage):
        BINARY.decode_server(msgspec.msgpack.encode(page))


def test_the_server_prefers_binary() -> None:
    assert list(ENCODINGS) == [BINARY_SUBPROTOCOL, JSON_SUBPROTOCOL]
    assert [ENCODINGS[name].binary for name in ENCODINGS] == [True, False]
