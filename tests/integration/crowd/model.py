"""Who may see what: a model of its own, which knows what was said by whom and to whom.

Every text of the crowd says where it belongs, file names and the bytes of files too, and every id
is known with its owner. A frame or an answer is judged by all texts and ids in it, wherever they
stand, so that a new field is judged, too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from tests.integration.crowd.http import Answer

VIOLATIONS_MAX = 20

_ID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_MARK = re.compile(r"⟦(?P<account>[^|⟧]*)\|(?P<visitor>[^|⟧]*)\|(?P<audience>public|staff)⟧")

NO_PERSON = "00000000-0000-0000-0000-000000000000"
"""In the place of an agent who only whispered: a visitor learns nothing of him."""

_NOTE, _SNOOZED, _REOPENED = 4, 7, 9
_WOKEN = 6

_BUSY = HTTPStatus.SERVICE_UNAVAILABLE
"""Where views or the home are behind: come again."""

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
    names: set[str] = field(default_factory=set)
    """All names by which he was known: a customer has those of his devices, and of the guests that
    he was on them. His devices share this set."""
    ids: set[str] = field(default_factory=set)
    """The visitor ids that go with them, shared, too."""
    kin: set[str] = field(default_factory=set)
    """Who may turn out to be the same customer, he himself among them; shared."""
    refs: dict[int, str] = field(default_factory=dict)
    """The conversations that this connection knows by number."""
    conversations: set[str] = field(default_factory=set)
    """All that he was ever told of."""
    asked: set[str] = field(default_factory=set)
    """Conversations that he wished to follow, his or not."""
    events: set[tuple[str, int]] = field(default_factory=set)
    """All that he was ever shown."""
    is_out: bool = False
    """His credential is void and his connections ended: nothing may come any more."""

    def __post_init__(self) -> None:
        self.names.add(self.name)
        self.ids.add(self.person_id)


def nobody(account: str, inbox_id: str) -> Person:
    """Give a stranger at a door: whatever is anybody's is not his."""
    stranger = Person("a stranger", account, NO_PERSON, False, inbox_id)
    stranger.names.clear()
    return stranger


class Model:
    """Judges frames.

    Args:
        people: everybody at the beginning, by name.
        teams: account by team id.
        doors: account by inbox id.
    """

    def __init__(
        self,
        people: Mapping[str, Person],
        teams: Mapping[str, str],
        doors: Mapping[str, str] | None = None,
    ) -> None:
        self.people: dict[str, Person] = {}
        self._accounts_of_agent: dict[str, set[str]] = {}
        self._visitors: dict[str, set[str]] = {}
        self._teams = teams
        self._doors = dict(doors or {})
        self._accounts_of_file: dict[str, str] = {}
        self._account_of: dict[str, str] = {}
        self._visitor_of: dict[str, str] = {}
        self.operations: dict[str, str] = {}
        """Who made an operation id."""
        self.forbidden: set[str] = set()
        """Operations that nobody may be allowed."""
        self.violations: list[str] = []
        self.seen: Counter[str] = Counter()
        for one in people.values():
            self.add(one)

    def add(self, person: Person) -> None:
        """Somebody is there, or turned out to be somebody else."""
        self.people[person.name] = person
        known = self._accounts_of_agent if person.is_staff else self._visitors
        known.setdefault(person.person_id, set()).add(person.account)

    def uploaded(self, person: Person, file_id: str) -> None:
        """A file lies in the store, and its id is known."""
        self._accounts_of_file[file_id] = person.account

    def account_of_door(self, inbox_id: str) -> str:
        """Give whose an inbox is."""
        return self._doors[inbox_id]

    def is_conversation(self, value: str) -> bool:
        """True for an id that stands for no person and no file."""
        return value not in self._visitors and value not in self._accounts_of_file

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
        owner = self._visitor_of.get(conversation, person.name)
        return owner not in person.names and owner not in person.kin

    def connected(self, person: Person) -> None:
        """A new connection knows no refs."""
        person.refs = {}

    def heard(self, person: Person, frame: Mapping[str, Any]) -> None:
        """Judge a frame that somebody received."""
        kind = str(frame["type"])
        self.seen[kind] += 1
        if person.is_out:
            self.report(person, f"hears on after his credential became void: {frame}")
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

    def answered(self, person: Person, what: str, answer: Answer, forbidden: bool = False) -> None:
        """Judge what HTTP answered.

        Args:
            person: whose credential went with the request.
            what: the request, in words.
            answer: what came back, whatever its status.
            forbidden: nobody may be allowed this.
        """
        kind = what.partition("?")[0]
        self.seen[f"{kind}: {'done' if answer.is_good else 'refused'}"] += 1
        told = {"what": what, "status": answer.status, "content": answer.content[:500]}
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR and answer.status != _BUSY:
            self.report(person, f"met a defect: {told}")
        if answer.is_good and (forbidden or person.is_out):
            self.report(person, f"was allowed what is forbidden: {told}")
        for value in _texts(answer.json or answer.content.decode("utf-8", "replace")):
            if _ID.match(value) and self._is_known(value):
                self._check_id(person, value, told)
            for mark in _MARK.finditer(value):
                self._check_mark(person, mark, told)

    # What is in a frame ---------------------------------------------------------------------

    def _is_known(self, value: str) -> bool:
        """True for an id whose owner is known: answers have others, of contacts for example."""
        known = (self.operations, self._accounts_of_agent, self._visitors, self._teams, self._doors)
        files = self._accounts_of_file
        return any(value in some for some in (*known, files, self._account_of))

    def _check_id(self, person: Person, value: str, frame: Mapping[str, Any]) -> None:
        if value in person.ids or value == NO_PERSON:
            return
        if value in self._accounts_of_file:
            if person.account != self._accounts_of_file[value]:
                self.report(person, f"sees a file of another account: {frame}")
        elif value in self._doors:
            mine = (person.inbox_id or value, person.account)
            if mine != (value, self._doors[value]):
                self.report(person, f"sees another door: {frame}")
        elif value in self.operations:
            if self.operations[value] not in person.names:
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
        owner = self._visitor_of.setdefault(value, person.name) if not person.is_staff else ""
        if not person.is_staff and owner not in person.names:
            self.report(person, f"hears of another visitor's conversation: {frame}")

    def _check_mark(self, person: Person, mark: re.Match[str], frame: Mapping[str, Any]) -> None:
        self.seen[f"texts for {mark['audience']}"] += 1
        if mark["account"] != person.account:
            self.report(person, f"reads another account's words: {frame}")
        elif not person.is_staff and mark["visitor"] not in person.names:
            self.report(person, f"reads another visitor's words: {frame}")
        elif not person.is_staff and mark["audience"] != "public":
            self.report(person, f"reads what is for the staff: {frame}")

    def _check_row(self, person: Person, frame: Mapping[str, Any]) -> None:
        ref, conversation = int(frame["ref"]), str(frame["conversation"])
        known = person.refs.setdefault(ref, conversation)
        if known != conversation:
            self.report(person, f"ref {ref} is two conversations: {frame}")
        if not person.is_staff and frame["visitor"] not in person.ids:
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
        is_own = frame["type"] == "somebody_typing" and frame["author"] < 2
        # A customer may see what he types on his other device.
        if is_own and not person.is_staff and len(person.names) == 1:
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
