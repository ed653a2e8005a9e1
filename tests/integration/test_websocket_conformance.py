"""The cases that the Autobahn test suite puts to servers, by their numbers, on the real port.

A case is what a client writes and the frames that must come back, to the end of the stream. Where
a case does not end the connection itself, the client closes with 1000 and the server must answer.
Sizes above our bound of FRAME_BYTES_MAX are adapted: they must end with 1009.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from airdesk.core.kernel.limits import FRAME_BYTES_MAX
from tests.kit.raw_socket import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    EchoServer,
    Frame,
    RawClient,
    close_frame,
    frame,
    handshake,
)

KIBIBYTE = 1024
HELLO = b"Hello, world!"
KOSME = bytes.fromhex("cebae1bdb9cf83cebcceb5")
UMLAUTS = "Hello-µ@ßöäüàá-UTF-8!!".encode()
BYTES = b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff"


@dataclass(frozen=True)
class Case:
    """What is written, and what must come back."""

    number: str
    sentence: str
    writes: Sequence[bytes]
    answers: Sequence[Frame]
    """Before the close frame."""
    code: int | None = 1000
    """The server's close code; None: a close frame without one."""
    binary: bool = False
    closes: bool = False
    """The case closes, or breaks the connection, itself."""
    chop: int = 0
    """Bytes of one write to the network; 0: a write for all."""
    lockstep: bool = False
    """Wait for each answer before the next write."""


def text(payload: bytes) -> Frame:
    return Frame(TEXT, payload)


def pong(payload: bytes = b"") -> Frame:
    return Frame(PONG, payload)


def fragments(payload: bytes, size: int, opcode: int = TEXT) -> list[bytes]:
    """Write a message in fragments of `size` bytes."""
    pieces = [payload[at : at + size] for at in range(0, len(payload), size)]
    return [
        frame(CONTINUATION if index else opcode, piece, fin=index == len(pieces) - 1)
        for index, piece in enumerate(pieces)
    ]


def framing() -> Iterator[Case]:
    sizes = (0, 125, 126, 127, 128, 65_535, 65_536, 65_536)
    for kind, opcode, name in ((1, TEXT, "text"), (2, BINARY, "binary")):
        for index, size in enumerate(sizes, 1):
            payload = (b"*" if kind == 1 else b"\xfe") * size
            chop = 997 if index == 8 else 0
            yield Case(
                f"1.{kind}.{index}",
                f"a {name} message of {size} bytes{' in pieces of 997' if chop else ''}",
                [frame(opcode, payload)],
                [Frame(opcode, payload)],
                binary=kind == 2,
                chop=chop,
            )


def pings() -> Iterator[Case]:
    full = b"\xfe" * 125
    yield Case("2.1", "a ping without payload", [frame(PING)], [pong()])
    yield Case("2.2", "a ping with text", [frame(PING, HELLO)], [pong(HELLO)])
    yield Case("2.3", "a ping with bytes", [frame(PING, BYTES)], [pong(BYTES)])
    yield Case("2.4", "a ping of 125 bytes", [frame(PING, full)], [pong(full)])
    yield Case("2.5", "a ping of 126 bytes", [frame(PING, full + b"*")], [], 1002, closes=True)
    yield Case("2.6", "a ping in single bytes", [frame(PING, full)], [pong(full)], chop=1)
    yield Case("2.7", "an unasked pong without payload", [frame(PONG)], [])
    yield Case("2.8", "an unasked pong with payload", [frame(PONG, HELLO)], [])
    yield Case(
        "2.9",
        "an unasked pong, then a ping",
        [frame(PONG, b"unasked"), frame(PING, HELLO)],
        [pong(HELLO)],
    )
    payloads = [b"payload-%d" % index for index in range(10)]
    for number, chop in (("2.10", 0), ("2.11", 1)):
        yield Case(
            number,
            f"ten pings{' in single bytes' if chop else ''}",
            [frame(PING, payload) for payload in payloads],
            [pong(payload) for payload in payloads],
            chop=chop,
        )


def reserved_bits() -> Iterator[Case]:
    good = frame(TEXT, HELLO)
    yield Case("3.1", "text with RSV 1", [frame(TEXT, HELLO, rsv=1)], [], 1002, closes=True)
    for number, rsv, chop in (("3.2", 2, 0), ("3.3", 3, len(good)), ("3.4", 4, 1)):
        yield Case(
            number,
            f"text, text with RSV {rsv}, a ping",
            [good, frame(TEXT, HELLO, rsv=rsv), frame(PING)],
            [text(HELLO)],
            1002,
            closes=True,
            chop=chop,
        )
    yield Case(
        "3.5",
        "binary with RSV 5",
        [frame(BINARY, BYTES, rsv=5)],
        [],
        1002,
        binary=True,
        closes=True,
    )
    yield Case("3.6", "a ping with RSV 6", [frame(PING, HELLO, rsv=6)], [], 1002, closes=True)
    yield Case("3.7", "a close with RSV 7", [frame(CLOSE, rsv=7)], [], 1002, closes=True)


def opcodes() -> Iterator[Case]:
    for group, first in ((1, 3), (2, 11)):
        for index in range(5):
            opcode = first + index
            payload = HELLO if index in (1, 3, 4) else b""
            writes = [frame(opcode, payload)]
            if index >= 2:
                writes = [frame(TEXT, HELLO), *writes, frame(PING)]
            yield Case(
                f"4.{group}.{index + 1}",
                f"reserved opcode {opcode}{' after a good message' if index >= 2 else ''}",
                writes,
                [text(HELLO)] if index >= 2 else [],
                1002,
                closes=True,
                chop=1 if index == 4 else 0,
            )


def fragmentation() -> Iterator[Case]:
    first, second = b"fragment1", b"fragment2"
    whole = [text(first + second)]
    start, end = frame(TEXT, first, fin=False), frame(CONTINUATION, second)
    good = frame(TEXT, HELLO)
    for index, opcode, name in ((1, PING, "ping"), (2, PONG, "pong")):
        yield Case(
            f"5.{index}",
            f"a {name} in two fragments",
            [frame(opcode, first, fin=False), end],
            [],
            1002,
            closes=True,
        )
    chops = (0, len(start), 1)
    for offset, chop in enumerate(chops):
        yield Case(f"5.{3 + offset}", f"two fragments, chop {chop}", [start, end], whole, chop=chop)
        yield Case(
            f"5.{6 + offset}",
            f"a ping between two fragments, chop {chop}",
            [start, frame(PING, HELLO), end],
            [pong(HELLO), *whole],
            chop=chop,
        )
        for index, fin in ((9, True), (12, False)):
            yield Case(
                f"5.{index + offset}",
                f"a continuation of nothing (FIN {fin}), then text, chop {chop}",
                [frame(CONTINUATION, HELLO, fin=fin), good],
                [],
                1002,
                closes=True,
                chop=chop,
            )
    yield Case(
        "5.15",
        "a message in fragments, a continuation of nothing, text",
        [start, end, frame(CONTINUATION, HELLO, fin=False), good],
        whole,
        1002,
        closes=True,
    )
    for number, fin in (("5.16", False), ("5.17", True)):
        yield Case(
            number,
            f"twice a continuation of nothing (FIN {fin}) and a message in fragments",
            [frame(CONTINUATION, HELLO, fin=fin), start, end] * 2,
            [],
            1002,
            closes=True,
        )
    yield Case(
        "5.18",
        "two fragments that both claim to be the first",
        [start, frame(TEXT, second)],
        [],
        1002,
        closes=True,
    )
    five = [b"fragment%d" % index for index in range(1, 6)]
    pieces = [
        frame(CONTINUATION if index else TEXT, piece, fin=index == 4)
        for index, piece in enumerate(five)
    ]
    ping = frame(PING, b"pongme")
    for number, chop in (("5.19", 0), ("5.20", len(pieces[0]))):
        yield Case(
            number,
            f"five fragments with two pings between, chop {chop}",
            [*pieces[:2], ping, *pieces[2:4], ping, pieces[4]],
            [pong(b"pongme")] * 2 + [text(b"".join(five))],
            chop=chop,
        )


def utf8_in_fragments() -> Iterator[Case]:
    empty = [frame(TEXT, fin=False), frame(CONTINUATION, fin=False), frame(CONTINUATION)]
    yield Case("6.1.1", "an empty text", [frame(TEXT)], [text(b"")])
    yield Case("6.1.2", "an empty text in three fragments", empty, [text(b"")])
    yield Case(
        "6.1.3",
        "three fragments, the first and last empty",
        [empty[0], frame(CONTINUATION, HELLO, fin=False), empty[2]],
        [text(HELLO)],
    )
    yield Case("6.2.1", "good UTF-8 in one frame", [frame(TEXT, UMLAUTS)], [text(UMLAUTS)])
    at_boundary = len("Hello-µ@ßöä".encode())
    yield Case(
        "6.2.2",
        "good UTF-8 cut between characters",
        [
            frame(TEXT, UMLAUTS[:at_boundary], fin=False),
            frame(CONTINUATION, UMLAUTS[at_boundary:]),
        ],
        [text(UMLAUTS)],
    )
    yield Case("6.2.3", "good UTF-8 in single bytes", fragments(UMLAUTS, 1), [text(UMLAUTS)])
    yield Case("6.2.4", "Greek in single bytes", fragments(KOSME, 1), [text(KOSME)])
    bad = KOSME + b"\xed\xa0\x80" + b"edited"
    yield Case("6.3.1", "bad UTF-8 in one frame", [frame(TEXT, bad)], [], 1007, closes=True)
    yield Case("6.3.2", "bad UTF-8 in single bytes", fragments(bad, 1), [], 1007, closes=True)
    # The last fragment is never sent: the server must object to the one before it.
    for number, second in (("6.4.1", b"\xf4\x90\x80\x80"), ("6.4.2", b"\x90")):
        head = KOSME + (b"\xf4" if number == "6.4.2" else b"")
        yield Case(
            number,
            "bad UTF-8 is noticed before the message is whole",
            [frame(TEXT, head, fin=False), frame(CONTINUATION, second, fin=False)],
            [],
            1007,
            closes=True,
        )
    for number, tail in (("6.4.3", b"\xf4\x90\x80\x80edited"), ("6.4.4", b"\xf4\x90edited")):
        yield Case(
            number,
            "bad UTF-8 in one frame that comes in single bytes",
            [frame(TEXT, KOSME + tail)],
            [],
            1007,
            closes=True,
            chop=1,
        )


def utf8_sequences() -> Iterator[Case]:
    """Sections 6.5 to 6.23: valid and invalid sequences in whole messages."""
    planes = [bytes((0xEF, 0xBF, last)) for last in (0xBE, 0xBF)]
    planes += [
        chr(plane << 16 | 0xFFFE | last).encode() for plane in range(1, 17) for last in (0, 1)
    ]
    surrogates = ["d800", "db7f", "db80", "dbff", "dc00", "df80", "dfff"]
    pairs = [(high, low) for high in surrogates[:4] for low in ("dc00", "dfff")]
    starts = ((0xC0, 0xE0), (0xE0, 0xF0), (0xF0, 0xF8), (0xF8, 0xFC), (0xFC, 0xFE))
    missing = _hex("c0", "e080", "f08080", "f8808080", "fc80808080", "df", "efbf", "f7bfbf")
    missing += _hex("fbbfbfbf", "fdbfbfbfbf")
    groups: dict[int, tuple[str, list[bytes]]] = {
        5: ("valid", [s.encode() for s in ("h$w", "h¢w", "h€w", "h𤭢w")] + [KOSME]),
        6: ("prefix", [KOSME[:length] for length in range(1, len(KOSME) + 1)]),
        7: ("first of its length", _hex("00", "c280", "e0a080", "f0908080")),
        8: ("first of length 5 and 6", _hex("f888808080", "fc8480808080")),
        9: ("last of its length", _hex("7f", "dfbf", "efbfbf", "f48fbfbf")),
        10: ("last of length 4 to 6", _hex("f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf")),
        11: ("boundary", _hex("ed9fbf", "ee8080", "efbfbd", "f48fbfbf", "f4908080")),
        12: (
            "unexpected continuation",
            [b"\x80", b"\xbf"]
            + [(b"\x80\xbf" * 3)[:length] for length in range(2, 7)]
            + [bytes(range(0x80, 0xBF))],
        ),
        13: (
            "lonely start",
            [b"".join(bytes((byte, 0x20)) for byte in range(*bounds)) for bounds in starts],
        ),
        14: ("last byte missing", missing),
        15: ("incomplete ones in a row", [b"".join(missing)]),
        16: ("impossible byte", _hex("fe", "ff", "fefeffff")),
        17: ("overlong slash", _hex("c0af", "e080af", "f08080af", "f8808080af", "fc80808080af")),
        18: ("overlong maximum", _hex("c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf")),
        19: ("overlong zero", _hex("c080", "e08080", "f0808080", "f880808080", "fc8080808080")),
        20: ("surrogate", [_surrogate(code) for code in surrogates]),
        21: ("surrogates in pairs", [_surrogate(a) + _surrogate(b) for a, b in pairs]),
        22: ("no character, yet valid", planes),
        23: ("special", [bytes((0xEF, 0xBF, last)) for last in range(0xB9, 0xC0)]),
    }
    valid = {5, 7, 9, 22, 23}
    also_valid = {(6, 2), (6, 5), (6, 7), (6, 9), (6, 11), *((11, index) for index in range(1, 5))}
    for section, (name, sequences) in groups.items():
        for index, sequence in enumerate(sequences, 1):
            good = section in valid or (section, index) in also_valid
            yield Case(
                f"6.{section}.{index}",
                f"{name}: {sequence[:12].hex()}",
                [frame(TEXT, sequence)],
                [text(sequence)] if good else [],
                1000 if good else 1007,
                closes=not good,
            )


def _hex(*sequences: str) -> list[bytes]:
    return [bytes.fromhex(sequence) for sequence in sequences]


def _surrogate(code: str) -> bytes:
    return chr(int(code, 16)).encode("utf-8", "surrogatepass")


def closing() -> Iterator[Case]:
    good, ping, close = frame(TEXT, HELLO), frame(PING), close_frame()

    def case(
        number: str,
        sentence: str,
        writes: list[bytes],
        answers: Sequence[Frame] = (),
        code: int | None = 1000,
    ) -> Case:
        return Case(number, sentence, writes, answers, code, closes=True)

    yield case("7.1.1", "text, then close", [good, close], [text(HELLO)])
    yield case("7.1.2", "close, twice", [close, close])
    yield case("7.1.3", "a ping after close", [close, ping])
    yield case("7.1.4", "text after close", [close, good])
    start, end = frame(TEXT, HELLO, fin=False), frame(CONTINUATION, HELLO)
    yield case("7.1.5", "close between fragments", [start, close, end])
    large = b"BAsd7&jh23" * 6553
    yield case(
        "7.1.6", "a large message, close, a ping", [frame(TEXT, large), close, ping], [text(large)]
    )
    yield case("7.3.1", "close without payload", [close_frame(None)], code=None)
    yield case("7.3.2", "close with one byte", [frame(CLOSE, b"a")], code=1002)
    yield case("7.3.3", "close with a code", [close])
    yield case("7.3.4", "close with a reason", [close_frame(1000, HELLO)])
    yield case("7.3.5", "the longest reason", [close_frame(1000, b"*" * 123)])
    yield case("7.3.6", "a reason too long", [close_frame(1000, b"*" * 124)], code=1002)
    bad_reason = close_frame(1000, KOSME + b"\xed\xa0\x80")
    yield case("7.5.1", "a reason in bad UTF-8", [bad_reason], code=1007)
    valid = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
    for index, code in enumerate(valid, 1):
        yield case(f"7.7.{index}", f"close with {code}", [close_frame(code)], code=code)
    for index, code in enumerate((0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999), 1):
        yield case(f"7.9.{index}", f"close with {code}", [close_frame(code)], code=1002)
    for index, code in enumerate((5000, 65_535), 1):
        yield case(f"7.13.{index}", f"close with {code}", [close_frame(code)], code=1002)


def limits() -> Iterator[Case]:
    for kind, opcode, unit, binary in ((0, TEXT, b"*", False), (1, BINARY, b"\xfe", True)):
        full = unit * FRAME_BYTES_MAX
        echo = [Frame(opcode, full)]
        yield Case(f"9.{1 + kind}.1", "64 KiB", [frame(opcode, full)], echo, binary=binary)
        for index, size in enumerate((256, 1024, 4096, 8192, 16_384), 2):
            yield Case(
                f"9.{1 + kind}.{index}",
                f"{size} KiB are refused by the frame's head alone",
                [frame(opcode, length=size * KIBIBYTE)],
                [],
                1009,
                binary=binary,
                closes=True,
            )
        for index, size in enumerate((64, 256, 1024, 4096, 16_384, 65_536), 1):
            yield Case(
                f"9.{3 + kind}.{index}",
                f"64 KiB in fragments of {size} bytes",
                fragments(full, size, opcode),
                echo,
                binary=binary,
            )
        for index, size in enumerate((256, 1024, 4096), 7):
            piece = unit * (size * KIBIBYTE // 64)
            enough = FRAME_BYTES_MAX // len(piece) + 1
            yield Case(
                f"9.{3 + kind}.{index}",
                f"fragments of {len(piece)} bytes are refused when their sum is too large",
                [frame(CONTINUATION if at else opcode, piece, fin=False) for at in range(enough)],
                [],
                1009,
                binary=binary,
                closes=True,
            )
        for index, chop in enumerate((64, 128, 256, 512, 1024, 2048), 1):
            yield Case(
                f"9.{5 + kind}.{index}",
                f"64 KiB in writes of {chop} bytes",
                [frame(opcode, full)],
                echo,
                binary=binary,
                chop=chop,
            )
        for index, size in enumerate((0, 16, 64, 256, 1024, 4096), 1):
            yield Case(
                f"9.{7 + kind}.{index}",
                f"1,000 messages of {size} bytes",
                [frame(opcode, unit * size)] * 1000,
                [Frame(opcode, unit * size)] * 1000,
                binary=binary,
                lockstep=True,
            )


def automatic_fragmentation() -> Iterator[Case]:
    full = b"*" * 65_536
    yield Case("10.1.1", "64 KiB in frames of 1,300 bytes", fragments(full, 1300), [text(full)])


CASES = [
    *framing(),
    *pings(),
    *reserved_bits(),
    *opcodes(),
    *fragmentation(),
    *utf8_in_fragments(),
    *utf8_sequences(),
    *closing(),
    *limits(),
    *automatic_fragmentation(),
]


@pytest.fixture(scope="module")
def server() -> Iterator[EchoServer]:
    with EchoServer() as running:
        yield running


@pytest.mark.parametrize(
    "case", CASES, ids=[f"case_{case.number.replace('.', '_')}: {case.sentence}" for case in CASES]
)
def test_autobahn(server: EchoServer, case: Case) -> None:
    with RawClient(server.port) as client:
        client.open("airdesk.v1.bin" if case.binary else "airdesk.v1.json")
        receiver = server.receiver()
        writes = list(case.writes) if case.closes else [*case.writes, close_frame()]
        frames: list[Frame] = []
        if case.lockstep:
            for write in writes:
                client.send(write)
                got = client.read_frame()
                assert got is not None
                frames.append(got)
        else:
            _send(client, b"".join(writes), case.chop)
        frames += client.read_to_end()
    *answers, last = frames
    assert last.opcode == CLOSE
    assert last.payload[:2] == (b"" if case.code is None else case.code.to_bytes(2, "big"))
    last.payload[2:].decode()
    assert answers == list(case.answers)
    assert receiver.code() == (1005 if case.code is None else case.code)
    assert server.defects == []


def _send(client: RawClient, data: bytes, chop: int) -> None:
    try:
        client.send(data, chop)
    except (BrokenPipeError, ConnectionResetError):
        # The server may hang up before all is written; what it said is read all the same.
        return


OFFERS = {
    "12": "permessage-deflate",
    "13.1": "permessage-deflate; client_no_context_takeover; client_max_window_bits",
    "13.2": "permessage-deflate; server_no_context_takeover; client_max_window_bits",
    "13.3": "permessage-deflate; server_max_window_bits=9; client_max_window_bits",
    "13.4": "permessage-deflate; server_max_window_bits=15; client_max_window_bits",
    "13.5": "permessage-deflate; server_no_context_takeover; server_max_window_bits=9",
    "13.6": "permessage-deflate; server_no_context_takeover; server_max_window_bits=15",
    "13.7": "permessage-deflate; server_max_window_bits=9, permessage-deflate",
}


@pytest.mark.parametrize("section", OFFERS)
def test_compression_is_never_negotiated(server: EchoServer, section: str) -> None:
    with RawClient(server.port) as client:
        client.send(handshake(extra=[f"Sec-WebSocket-Extensions: {OFFERS[section]}"]))
        head = client.read_head().lower()
        assert head.startswith(b"http/1.1 101 ")
        assert b"sec-websocket-extensions" not in head
        receiver = server.receiver()
        client.send(frame(TEXT, HELLO))
        assert client.read_frame() == text(HELLO)
        client.send(frame(TEXT, HELLO, rsv=4))
        (last,) = client.read_to_end()
        assert last.payload[:2] == (1002).to_bytes(2, "big")
    assert receiver.code() == 1002


def test_every_case_has_a_number_of_its_own() -> None:
    numbers = [case.number for case in CASES]
    assert len(set(numbers)) == len(numbers) == 301
