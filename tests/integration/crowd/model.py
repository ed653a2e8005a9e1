"""Who may see what: a model of its own, which knows what was said by whom and to whom.

Every text of the crowd says where it belongs, and every id is known with its owner. A frame is
judged by all texts and ids in it, wherever they stand, so that a new field is judged, too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

VIOLATIONS_MAX = 20

_ID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_MARK = re.compile(r"⟦(?P<account>[^|⟧]*)\|(?P<visitor>[^|⟧]*)\|(?P<audience>public|staff)⟧")

_NOBODY = "00000000-0000-0000-0000-000000000000"
"""In the place of an agent who only whispered: a visitor learns nothing of him."""

_NOTE, _SNOOZED, _REOPENED = 4, 7, 9
_WOKEN = 6

_ABOUT_A_REF = frozenset(
    {"row", "opened", "event", "somebody_typing", "page", "closed", "accepted", "receipts", "beat"}
)


def marked(text: str, account: str, visitor: str, audience: str) -> str:
    """Write into a text where it belongs."""
    return f"{text} ⟦{account}|{visitor}|{audience}⟧"


@dataclass
class Person:
    """Somebody with a credential: a visitor of one inbox or a seat of one account."""

    name: str
    account: str
    person_id: str
    is_staff: bool
    inbox_id: str = ""
    refs: dict[int, str] = field(default_factory=dict)
    """The conversations that this connection knows by number."""
    conversations: set[str] = field(default_factory=set)
    """All that he was ever told of."""
    asked: set[str] = field(default_factory=set)
    """Conversations that he wished to follow, his or not."""
    events: set[tuple[str, int]] = field(default_factory=set)
    """All that he was ever shown."""


class Model:
    """Judges frames.

    Args:
        people: everybody, by name.
        teams: account by team id.
    """

    def __init__(self, people: Mapping[str, Person], teams: Mapping[str, str]) -> None:
        self._people = people
        self._accounts_of_agent: dict[str, set[str]] = {}
        self._visitors: dict[str, set[str]] = {}
        self._teams = teams
        self._account_of: dict[str, str] = {}
        self._visitor_of: dict[str, str] = {}
        self.operations: dict[str, str] = {}
        """Who made an operation id."""
        self.forbidden: set[str] = set()
        """Operations that nobody may be allowed."""
        self.violations: list[str] = []
        self.seen: Counter[str] = Counter()
        for one in people.values():
            known = self._accounts_of_agent if one.is_staff else self._visitors
            known.setdefault(one.person_id, set()).add(one.account)

    def report(self, person: Person, line: str) -> None:
        """Note a broken promise."""
        if len(self.violations) < VIOLATIONS_MAX:
            self.violations.append(f"{person.name}: {line}")

    def accounts_of(self, name: str) -> set[str]:
        """Give the accounts to which an agent or a team belongs."""
        return self._accounts_of_agent.get(name) or {self._teams[name]}

    def is_foreign(self, person: Person, conversation: str) -> bool:
        """True if a conversation is known to be somebody else's."""
        if person.is_staff:
            return self._account_of.get(conversation, person.account) != person.account
        return self._visitor_of.get(conversation, person.name) != person.name

    def connected(self, person: Person) -> None:
        """A new connection knows no refs."""
        person.refs = {}

    def heard(self, person: Person, frame: Mapping[str, Any]) -> None:
        """Judge a frame that somebody received."""
        kind = str(frame["type"])
        self.seen[kind] += 1
        if kind == "closed" and not frame.get("ref"):
            self._check_refusal(person, frame)
            return
        for value in _texts(frame):
            if _ID.match(value):
                self._check_id(person, value, frame)
            for mark in _MARK.finditer(value):
                self._check_mark(person, mark, frame)
        if kind == "row":
            self._check_row(person, frame)
        if kind in _ABOUT_A_REF:
            self._check_refs(person, frame)
        if kind in ("accepted", "rejected"):
            self._check_answer(person, frame)
        for event in frame.get("events", ()) if kind == "page" else (frame,):
            if "seq" in event and "kind" in event:
                self._check_event(person, frame, event)

    # What is in a frame ---------------------------------------------------------------------

    def _check_id(self, person: Person, value: str, frame: Mapping[str, Any]) -> None:
        if value in (person.person_id, _NOBODY):
            return
        if value in self.operations:
            if self.operations[value] != person.name:
                self.report(person, f"sees an operation of {self.operations[value]}: {frame}")
        elif value in self._accounts_of_agent:
            if person.account not in self._accounts_of_agent[value]:
                self.report(person, f"sees an agent of another account: {frame}")
        elif value in self._visitors:
            if not person.is_staff or person.account not in self._visitors[value]:
                self.report(person, f"sees another visitor: {frame}")
        elif value in self._teams:
            if self._teams[value] != person.account:
                self.report(person, f"sees a team of another account: {frame}")
        else:
            self._check_conversation(person, value, frame)

    def _check_conversation(self, person: Person, value: str, frame: Mapping[str, Any]) -> None:
        person.conversations.add(value)
        if self._account_of.setdefault(value, person.account) != person.account:
            self.report(person, f"hears of another account's conversation: {frame}")
        if not person.is_staff and self._visitor_of.setdefault(value, person.name) != person.name:
            self.report(person, f"hears of another visitor's conversation: {frame}")

    def _check_mark(self, person: Person, mark: re.Match[str], frame: Mapping[str, Any]) -> None:
        self.seen[f"texts for {mark['audience']}"] += 1
        if mark["account"] != person.account:
            self.report(person, f"reads another account's words: {frame}")
        elif not person.is_staff and mark["visitor"] != person.name:
            self.report(person, f"reads another visitor's words: {frame}")
        elif not person.is_staff and mark["audience"] != "public":
            self.report(person, f"reads what is for the staff: {frame}")

    def _check_row(self, person: Person, frame: Mapping[str, Any]) -> None:
        ref, conversation = int(frame["ref"]), str(frame["conversation"])
        known = person.refs.setdefault(ref, conversation)
        if known != conversation:
            self.report(person, f"ref {ref} is two conversations: {frame}")
        if not person.is_staff and frame["visitor"] != person.person_id:
            self.report(person, f"sees another visitor's row: {frame}")
        if not person.is_staff and frame.get("status") == 3:
            self.report(person, f"is told that the staff put it aside: {frame}")

    def _check_refusal(self, person: Person, frame: Mapping[str, Any]) -> None:
        """A wish to follow is refused with his own words: the id that he named, and no more."""
        if frame["conversation"] not in person.asked or set(frame) - {
            "type",
            "ref",
            "conversation",
        }:
            self.report(person, f"is refused what he did not ask for: {frame}")

    def _check_refs(self, person: Person, frame: Mapping[str, Any]) -> None:
        """Nothing is told about a conversation that no row introduced on this connection."""
        refs = [frame["ref"]] if "ref" in frame else []
        refs += [one["ref"] for one in (*frame.get("marks", ()), *frame.get("heads", ()))]
        for ref in refs:
            if ref and ref not in person.refs:
                self.report(person, f"hears of an unknown ref: {frame}")
        if frame["type"] == "somebody_typing" and not person.is_staff and frame["author"] < 2:
            self.report(person, f"hears himself typing: {frame}")

    def _check_answer(self, person: Person, frame: Mapping[str, Any]) -> None:
        operation = frame["op"]
        if self.operations.get(operation) != person.name:
            self.report(person, f"gets somebody else's answer: {frame}")
        if operation in self.forbidden:
            self.seen["refused"] += frame["type"] == "rejected"
            if frame["type"] == "accepted":
                self.report(person, f"was allowed what is forbidden: {frame}")

    def _check_event(
        self, person: Person, frame: Mapping[str, Any], event: Mapping[str, Any]
    ) -> None:
        hidden = event["kind"] in (_NOTE, _SNOOZED)
        if event["kind"] == _REOPENED and event.get("value", 0) == _WOKEN:
            hidden = True
        if hidden and not person.is_staff:
            self.report(person, f"gets an event of the staff: {frame}")
        conversation = person.refs.get(frame["ref"])
        if conversation is not None:
            person.events.add((conversation, int(event["seq"])))


def _texts(value: object) -> Iterator[str]:
    """Give every text anywhere inside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
