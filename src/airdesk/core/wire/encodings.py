"""The two encodings of a message: `airdesk.v1.json` and `airdesk.v1.bin`.

Both are made from the classes of `messages.py`; there is no third list of fields.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Annotated, Any, Final, NamedTuple, Protocol, Union, get_args, get_origin

import msgspec

from airdesk.core.kernel import MalformedMessage, id_text, parse_id
from airdesk.core.wire import messages as m

JSON_SUBPROTOCOL: Final = "airdesk.v1.json"
BINARY_SUBPROTOCOL: Final = "airdesk.v1.bin"


class EventBody(NamedTuple):
    """An event's bytes without its `ref`, shared by all connections of one encoding."""

    fields: int
    """Elements of the array that follow the ref."""
    encoded: bytes


class Encoding(Protocol):
    """How messages become bytes on a connection.

    Guarantees: `decode_…(encode(x)) == x` for every message; bytes that are no message raise
    MalformedMessage and nothing else.
    """

    subprotocol: str
    binary: bool

    def encode(self, message: m.ClientMessage | m.ServerMessage) -> bytes:
        """Give the message's bytes; fields at the end that have their default are left out."""

    def decode_client(self, payload: bytes) -> m.ClientMessage:
        """Read what a client sent. Raises MalformedMessage."""

    def decode_server(self, payload: bytes) -> m.ServerMessage:
        """Read what a server sent. Raises MalformedMessage."""

    def event_body(self, event: m.PageEvent, op: bytes = b"") -> EventBody:
        """Encode an event once for all connections."""

    def event_frame(self, ref: int, body: EventBody) -> bytes:
        """Give one connection's Event message from the shared bytes."""


_CLIENT_CLASSES: Final[tuple[type, ...]] = get_args(m.ClientMessage)
_SERVER_CLASSES: Final[tuple[type, ...]] = get_args(m.ServerMessage)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


# Binary ---------------------------------------------------------------------------------------

_pack: Final = msgspec.msgpack.Encoder().encode
_client_binary: Final = msgspec.msgpack.Decoder(m.ClientMessage)
_server_binary: Final = msgspec.msgpack.Decoder(m.ServerMessage)

_DEFAULTS: Final[dict[type, tuple[int, tuple[Any, ...]]]] = {
    cls: (
        cls.__struct_config__.tag,  # type: ignore[attr-defined]
        tuple(field.default for field in msgspec.structs.fields(cls)),
    )
    for cls in (*_CLIENT_CLASSES, *_SERVER_CLASSES)
}
_LAST_FIELDS: Final[dict[type, Callable[[Any], Any]]] = {
    cls: attrgetter(cls.__struct_fields__[-1]) if cls.__struct_fields__ else lambda message: None  # type: ignore[attr-defined]
    for cls in (*_CLIENT_CLASSES, *_SERVER_CLASSES)
}
_OPTIONAL_IDS: Final[dict[type, tuple[str, ...]]] = {
    cls: tuple(name for name, hint in cls.__annotations__.items() if hint == "OptionalId")
    for cls in (*_CLIENT_CLASSES, *_SERVER_CLASSES)
}
_EVENT_START: Final = _pack(_DEFAULTS[m.Event][0])
_PAGE_DEFAULTS: Final = (1, "", b"", 0)
_FRAME_STARTS: Final = tuple(bytes((0x90 | (fields + 2),)) + _EVENT_START for fields in range(14))
"""The head of an array of an event's fields, its `ref` and its number, and that number."""
_SMALL_REFS: Final = tuple(bytes((ref,)) for ref in range(128))


def _checked(message: Any) -> Any:
    for name in _OPTIONAL_IDS[type(message)]:
        _check_optional_id(name, getattr(message, name))
    if type(message) is m.Page:
        for event in message.events:
            _check_optional_id("subject", event.subject)
    return message


def _check_optional_id(name: str, value: bytes) -> None:
    if len(value) not in (0, 16):
        raise MalformedMessage(reason=f"{name} is no id")


class BinaryEncoding:
    """`airdesk.v1.bin`: positional msgpack arrays."""

    subprotocol = BINARY_SUBPROTOCOL
    binary = True

    def encode(self, message: m.ClientMessage | m.ServerMessage) -> bytes:
        """See Encoding."""
        cls = type(message)
        tag, defaults = _DEFAULTS[cls]
        if not defaults or _LAST_FIELDS[cls](message) != defaults[-1]:
            return _pack(message)
        values = [tag, *msgspec.structs.astuple(message)]
        count = len(defaults)
        while count and values[count] == defaults[count - 1]:
            count -= 1
        del values[count + 1 :]
        return _pack(values)

    def decode_client(self, payload: bytes) -> m.ClientMessage:
        """See Encoding."""
        return self._decode(_client_binary, payload)  # type: ignore[no-any-return]

    def decode_server(self, payload: bytes) -> m.ServerMessage:
        """See Encoding."""
        return self._decode(_server_binary, payload)  # type: ignore[no-any-return]

    def event_body(self, event: m.PageEvent, op: bytes = b"") -> EventBody:
        """See Encoding."""
        values: list[Any] = [event.seq, event.prev, event.dt_ms, event.kind]
        rest: tuple[Any, ...] = (event.author, event.text, event.subject, event.value)
        if event.file is not None or event.options or event.subjects:
            rest = (*rest, op, event.file, event.options, event.subjects)
            values += rest if event.subjects else rest[:-1] if event.options else rest[:-2]
        elif op:
            values += (*rest, op)
        else:
            kept = len(rest)
            while kept and rest[kept - 1] == _PAGE_DEFAULTS[kept - 1]:
                kept -= 1
            values += rest[:kept]
        # The array's own header is one byte, since an event has fewer than 16 fields.
        return EventBody(len(values), _pack(values)[1:])

    def event_frame(self, ref: int, body: EventBody) -> bytes:
        """See Encoding."""
        start = _FRAME_STARTS[body.fields]
        return start + (_SMALL_REFS[ref] if ref < 128 else _pack(ref)) + body.encoded

    @staticmethod
    def _decode(decoder: Any, payload: bytes) -> Any:
        try:
            return _checked(decoder.decode(payload))
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise MalformedMessage(reason=str(error)) from None


# JSON -----------------------------------------------------------------------------------------

_Convert = Callable[[Any], Any]


class _Mirror(NamedTuple):
    """The JSON class of a message class and how their fields become each other."""

    json_class: Any
    from_json: tuple[_Convert | None, ...]
    to_json: tuple[_Convert | None, ...]
    plain: bool
    """No field differs."""


def _read_id(text: str) -> bytes:
    try:
        return parse_id(text)
    except ValueError as error:
        raise MalformedMessage(reason=str(error)) from None


def _read_optional_id(text: str) -> bytes:
    return _read_id(text) if text else b""


def _write_optional_id(value: bytes) -> str:
    return id_text(value) if value else ""


def _read_where(value: int | str) -> int | bytes:
    return value if isinstance(value, int) else _read_id(value)


def _write_where(value: int | bytes) -> int | str:
    return value if isinstance(value, int) else id_text(value)


def _read_ids(values: Sequence[str]) -> tuple[bytes, ...]:
    return tuple(_read_id(value) for value in values)


def _write_ids(values: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(id_text(value) for value in values)


def _json_type(hint: Any) -> tuple[Any, _Convert | None, _Convert | None]:
    """Give a field's JSON type and its conversions from and to JSON."""
    if hint == m.Id:
        return str, _read_id, id_text
    if hint == m.OptionalId:
        return str, _read_optional_id, _write_optional_id
    if hint == m.File | None:
        return _json_optional(m.File)
    if get_origin(hint) in (Union, types.UnionType):
        return m.Nat | str, _read_where, _write_where
    if get_origin(hint) is tuple:
        return _json_tuple(get_args(hint)[0])
    return hint, None, None


def _json_optional(item: Any) -> tuple[Any, _Convert | None, _Convert | None]:
    """Give the types of an item that may be missing; null stands for nothing, here too."""
    mirror = _mirror(item, tag=None)
    return (
        mirror.json_class | msgspec.UnsetType,
        lambda value: None if value is msgspec.UNSET else _from_json(item, mirror, value),
        lambda value: msgspec.UNSET if value is None else _to_json(mirror, value),
    )


def _json_tuple(item: Any) -> tuple[Any, _Convert | None, _Convert | None]:
    if item == m.Id:
        return tuple[str, ...], _read_ids, _write_ids
    if item is str or get_origin(item) is Annotated:
        return tuple[item, ...], None, None
    mirror = _mirror(item, tag=None)
    return (
        tuple[mirror.json_class, ...],  # type: ignore[name-defined]
        lambda values: tuple(_from_json(item, mirror, value) for value in values),
        lambda values: tuple(_to_json(mirror, value) for value in values),
    )


def _mirror(cls: type, tag: str | None) -> _Mirror:
    fields: list[Any] = []
    reads: list[_Convert | None] = []
    writes: list[_Convert | None] = []
    for field in msgspec.structs.fields(cls):
        json_type, read, write = _json_type(field.type)
        if field.default is msgspec.NODEFAULT:
            fields.append((field.name, json_type))
        else:
            default = write(field.default) if write is not None else field.default
            fields.append((field.name, json_type, default))
        reads.append(read)
        writes.append(write)
    json_class = msgspec.defstruct(
        f"{cls.__name__}Json",
        fields,
        omit_defaults=True,
        frozen=True,
        tag=tag,
        tag_field="type" if tag else None,
    )
    plain = not any(reads)
    return _Mirror(json_class, tuple(reads), tuple(writes), plain)


def _from_json(cls: type, mirror: _Mirror, value: Any) -> Any:
    values = msgspec.structs.astuple(value)
    if mirror.plain:
        return cls(*values)
    return cls(
        *(v if read is None else read(v) for v, read in zip(values, mirror.from_json, strict=True))
    )


def _to_json(mirror: _Mirror, message: Any) -> Any:
    values = msgspec.structs.astuple(message)
    if mirror.plain:
        return mirror.json_class(*values)
    pairs = zip(values, mirror.to_json, strict=True)
    return mirror.json_class(*(v if write is None else write(v) for v, write in pairs))


_MIRRORS: Final[dict[type, _Mirror]] = {
    cls: _mirror(cls, _snake(cls.__name__)) for cls in (*_CLIENT_CLASSES, *_SERVER_CLASSES)
}
_ORIGINALS: Final[dict[type, type]] = {mirror.json_class: cls for cls, mirror in _MIRRORS.items()}
_json: Final = msgspec.json.Encoder().encode


def _json_decoder(classes: Sequence[type]) -> Any:
    union: Any = Union.__getitem__(tuple(_MIRRORS[cls].json_class for cls in classes))
    return msgspec.json.Decoder(union)


_client_json: Final = _json_decoder(_CLIENT_CLASSES)
_server_json: Final = _json_decoder(_SERVER_CLASSES)


class JsonEncoding:
    """`airdesk.v1.json`: objects with names, for people, scripts and third parties."""

    subprotocol = JSON_SUBPROTOCOL
    binary = False

    def encode(self, message: m.ClientMessage | m.ServerMessage) -> bytes:
        """See Encoding."""
        return _json(_to_json(_MIRRORS[type(message)], message))

    def decode_client(self, payload: bytes) -> m.ClientMessage:
        """See Encoding."""
        return self._decode(_client_json, payload)  # type: ignore[no-any-return]

    def decode_server(self, payload: bytes) -> m.ServerMessage:
        """See Encoding."""
        return self._decode(_server_json, payload)  # type: ignore[no-any-return]

    def event_body(self, event: m.PageEvent, op: bytes = b"") -> EventBody:
        """See Encoding."""
        encoded = self.encode(
            m.Event(
                0,
                event.seq,
                event.prev,
                event.dt_ms,
                event.kind,
                event.author,
                event.text,
                event.subject,
                event.value,
                op,
                event.file,
                event.options,
                event.subjects,
            )
        )
        return EventBody(0, encoded[len(_JSON_EVENT_START) + 1 :])

    def event_frame(self, ref: int, body: EventBody) -> bytes:
        """See Encoding."""
        return _JSON_EVENT_START + str(ref).encode() + body.encoded

    @staticmethod
    def _decode(decoder: Any, payload: bytes) -> Any:
        try:
            value = decoder.decode(payload)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise MalformedMessage(reason=str(error)) from None
        cls = _ORIGINALS[type(value)]
        return _from_json(cls, _MIRRORS[cls], value)


_JSON_EVENT_START: Final = b'{"type":"event","ref":'

BINARY: Final[Encoding] = BinaryEncoding()
JSON: Final[Encoding] = JsonEncoding()
ENCODINGS: Final[dict[str, Encoding]] = {
    BINARY_SUBPROTOCOL: BINARY,
    JSON_SUBPROTOCOL: JSON,
}
"""By WebSocket subprotocol, in the server's order of preference."""


def message_name(message: m.ClientMessage | m.ServerMessage) -> str:
    """Give a message's name as JSON writes it."""
    return _snake(type(message).__name__)
