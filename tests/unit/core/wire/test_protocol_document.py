"""docs/protocol.md says what the code does: tables, examples, numbers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
import pytest

from airdesk.core import conversation as c
from airdesk.core.kernel import AirDeskError, Role, limits
from airdesk.core.wire import BINARY, JSON
from airdesk.core.wire import messages as m
from tools import generate_state_diagram, measure_sizes

ROOT = Path(__file__).resolve().parents[4]
TEXT = (ROOT / "docs" / "protocol.md").read_text("utf-8")
ITEMS: dict[type, str] = {
    m.Held: "held",
    m.Mark: "mark",
    m.Head: "head",
    m.PageEvent: "page_event",
    m.File: "file",
}
CLASSES: list[Any] = [*get_args(m.ClientMessage), *get_args(m.ServerMessage), *ITEMS]


def words(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def type_name(hint: Any) -> str:
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        return f"list of {ITEMS[item] if item in ITEMS else type_name(item)}"
    if hint == m.File | None:
        return "file or none"
    names = [(m.Id, "id"), (m.OptionalId, "id or none"), (m.Where, "where"), (m.Nat, "number")]
    names += [(str, "text"), (bool, "bool")]
    return next(name for known, name in names if hint == known)


def default_name(default: Any) -> str:
    if default is msgspec.NODEFAULT:
        return ""
    if isinstance(default, bool) or not isinstance(default, int):
        return {b"": "none", None: "none", (): "[]", "": '""', False: "false", True: "true"}[
            default
        ]
    return str(default)


def section(heading: str) -> str:
    start = TEXT.index(f"\n{heading}\n")
    return re.split(r"\n#{2,4} ", TEXT[start + len(heading) + 2 :], maxsplit=1)[0]


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_message_has_its_number_and_its_fields_in_order(cls: Any) -> None:
    tag = cls.__struct_config__.tag
    part = section(f"#### `{words(cls.__name__)}` ({tag or 'item'})")
    documented = [row[:3] for row in rows(part)]
    assert documented == [
        [f"`{field.name}`", type_name(field.type), default_name(field.default)]
        for field in msgspec.structs.fields(cls)
    ]


def test_no_other_message_is_documented() -> None:
    assert len(re.findall(r"^#### ", TEXT, re.MULTILINE)) == len(CLASSES)


def test_examples_in_both_encodings_are_the_same_message() -> None:
    pairs = re.findall(r"```json\n(.*?)\n```\s+```hex\n(.*?)\n```", TEXT, re.DOTALL)
    assert len(pairs) == 3
    for text, dump in pairs:
        decode = JSON.decode_server if '"event"' in text else JSON.decode_client
        message = decode(text.encode())
        assert JSON.encode(message).decode() == text
        assert BINARY.encode(message) == hex_of(dump)


def hex_of(dump: str) -> bytes:
    """Read the bytes of an annotated dump: words of two hex digits up to the first other word."""
    digits = [re.match(r"\s*((?:[0-9a-f]{2}(?:\s+|$))+)", line) for line in dump.splitlines()]
    return bytes.fromhex("".join(found[1] for found in digits if found))


def test_transcripts_are_canonical_messages() -> None:
    blocks = re.findall(r"```transcript\n(.*?)\n```", TEXT, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    assert len(lines) > 20
    for line in lines:
        decode = JSON.decode_client if line.startswith("> ") else JSON.decode_server
        assert JSON.encode(decode(line[2:].encode())).decode() == line[2:]


def leaves(root: type[AirDeskError]) -> list[type[AirDeskError]]:
    return [leaf for sub in root.__subclasses__() for leaf in (sub, *leaves(sub))]


def test_every_error_number_is_documented() -> None:
    documented = {int(row[0]) for row in rows(section("## Errors").split("\n\n")[-1])}
    abstract = {4000, 4100, 4200}
    public = [leaf for leaf in leaves(AirDeskError) if leaf.__module__ == AirDeskError.__module__]
    numbers = {leaf.number for leaf in public if not leaf.is_http_only} - abstract
    assert documented == numbers


def test_limits_are_those_of_the_code() -> None:
    part = section("## Limits")
    for limit in (
        limits.FRAME_BYTES_MAX,
        limits.TEXT_BYTES_MAX,
        limits.TOKEN_BYTES_MAX,
        limits.HELLO_MS_MAX,
        limits.HELD_CONVERSATIONS_MAX,
        limits.MARKS_MAX,
        limits.COMMANDS_PENDING_MAX,
        limits.COMMANDS_IN_FLIGHT_MAX,
        limits.MESSAGES_PER_WINDOW_MAX,
        limits.RATE_WINDOW_MS,
        limits.OUTBOX_BYTES_MAX,
        limits.BEAT_MS,
        limits.SILENCE_MS_MAX,
        limits.RESUME_EVENTS_MAX,
        limits.OPENING_EVENTS,
        limits.PAGE_EVENTS_MAX,
        limits.LABELS_MAX,
        limits.MENTIONS_MAX,
        limits.TYPED_CHARS_MAX,
    ):
        assert re.search(rf"\b{limit:,}\b", part), limit


@pytest.mark.parametrize(
    ("heading", "numbers"),
    [
        ("## Statuses", {status.value: status.name.lower() for status in c.Status}),
        ("## Causes", {cause.value: cause.name.lower() for cause in c.Cause}),
    ],
)
def test_numbers_and_their_names_are_those_of_the_code(
    heading: str, numbers: dict[int, str]
) -> None:
    assert {int(row[0]): row[1] for row in rows(section(heading))} == numbers


def test_event_kinds_are_the_tags_of_stored_events() -> None:
    tags = {cls.__struct_config__.tag for cls in get_args(c.ConversationEvent)}
    assert {int(row[0]) for row in rows(section("## Events"))} == tags


def test_roles_availability_and_reserved_numbers_are_those_of_the_code() -> None:
    for role in (Role.VISITOR, Role.AGENT, Role.SUPERVISOR, Role.OWNER, Role.BOT):
        assert f"{role.value} {role.name.lower()}" in section("#### `welcome` (64)")
    for availability in c.Availability:
        assert f"{availability.value} {availability.name.lower()}" in section("## Availability")
    reserved = section("## Later versions")
    assert all(re.search(rf"\b{number}\b", reserved) for number in m.RESERVED_NUMBERS)


def test_binary_is_at_least_two_fifths_smaller_and_the_table_says_so() -> None:
    assert measure_sizes.measure()[-1].saved >= 0.40
    assert measure_sizes.table() in TEXT


def test_measured_texts_are_of_usual_size() -> None:
    lengths = sorted(len(text.encode()) for text in measure_sizes.TEXTS)
    middle = len(lengths) // 2
    assert (lengths[middle - 1] + lengths[middle]) / 2 == 26


def test_the_state_diagram_is_that_of_the_table() -> None:
    assert generate_state_diagram.main(["--check"]) == 0
