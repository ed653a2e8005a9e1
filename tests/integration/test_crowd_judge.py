"""The crowd's judge finds every leak that it is shown, and has nothing to say of what is right."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.integration.crowd.http import Answer
from tests.integration.crowd.model import Model, Person, marked, nobody
from tests.kit.json_client import new_id

TEAM, OTHER_TEAM, DOOR, SIDE_DOOR, OTHER_DOOR = (new_id() for _ in range(5))
TALK, OTHERS_TALK, FILE, FOREIGN_FILE, OPERATION = (new_id() for _ in range(5))


class Stage:
    """Two companies: visitors, agents, and a customer with two devices."""

    def __init__(self) -> None:
        self.anna = Person("anna", "alpha", new_id(), False, DOOR)
        self.bo = Person("bo", "alpha", new_id(), False, DOOR)
        self.agent = Person("agent", "alpha", new_id(), True)
        self.foreigner = Person("foreigner", "beta", new_id(), True)
        self.guest = Person("guest", "alpha", new_id(), False, DOOR)
        names, ids, person_id = {"guest"}, {self.guest.person_id}, new_id()
        self.phone = Person("on a phone", "alpha", person_id, False, DOOR, names, ids)
        self.laptop = Person("on a laptop", "alpha", person_id, False, DOOR, names, ids)
        everybody = (self.anna, self.bo, self.agent, self.foreigner, self.guest)
        people = {one.name: one for one in (*everybody, self.phone, self.laptop)}
        doors = {DOOR: "alpha", SIDE_DOOR: "alpha", OTHER_DOOR: "beta"}
        self.model = Model(people, {TEAM: "alpha", OTHER_TEAM: "beta"}, doors)
        self.model.operations[OPERATION] = "anna"
        self.model.uploaded(self.anna, FILE)
        self.model.uploaded(self.foreigner, FOREIGN_FILE)
        for person, conversation in ((self.anna, TALK), (self.foreigner, OTHERS_TALK)):
            self.model.heard(person, row(person, conversation))
        self.model.heard(self.agent, row(self.anna, TALK))
        assert self.model.violations == []

    def hears(self, person: Person, **frame: Any) -> None:
        """Let somebody receive a frame."""
        self.model.heard(person, frame)

    def reads(self, person: Person, content: object, status: int = 200, **more: Any) -> None:
        """Let somebody get an answer by HTTP."""
        text = content if isinstance(content, str) else json.dumps(content)
        self.model.answered(person, "GET /somewhere", Answer(status, text.encode()), **more)


def row(person: Person, conversation: str, ref: int = 1) -> dict[str, Any]:
    return {
        "type": "row",
        "ref": ref,
        "conversation": conversation,
        "visitor": person.person_id,
        "status": 1,
    }


def event(text: str, kind: int = 3, **more: Any) -> dict[str, Any]:
    return {"type": "event", "ref": 1, "seq": 2, "kind": kind, "text": text, **more}


ANNAS, BOS = (marked("hello", "alpha", name, "public") for name in ("anna", "bo"))
NOTE = marked("difficult", "alpha", "anna", "staff")
GUESTS = marked("before I was named", "alpha", "guest", "public")
FOREIGN = marked("hello", "beta", "dora", "public")


class Scene(NamedTuple):
    """Something that happens on the stage."""

    name: str
    play: Callable[[Stage], None]


LEAKS = [
    Scene("another account's words", lambda s: s.hears(s.agent, **event(FOREIGN))),
    Scene("another visitor's words", lambda s: s.hears(s.anna, **event(BOS))),
    Scene("a note to its visitor", lambda s: s.hears(s.anna, **event(NOTE))),
    Scene("a note without words", lambda s: s.hears(s.anna, **event("", kind=4))),
    Scene("that one was put aside", lambda s: s.hears(s.anna, **event("", kind=7))),
    Scene("an event of a talk that no row brought", lambda s: s.hears(s.bo, **event(BOS))),
    Scene("another visitor's row", lambda s: s.hears(s.bo, **row(s.anna, TALK))),
    Scene("another account's row", lambda s: s.hears(s.agent, **row(s.anna, OTHERS_TALK))),
    Scene("one ref for two talks", lambda s: s.hears(s.agent, **row(s.anna, new_id()))),
    Scene(
        "another account's agent", lambda s: s.hears(s.anna, who=s.foreigner.person_id, type="x")
    ),
    Scene("another account's team", lambda s: s.hears(s.agent, team=OTHER_TEAM, type="x")),
    Scene(
        "another visitor's id", lambda s: s.hears(s.anna, deep=[{"in": s.bo.person_id}], type="x")
    ),
    Scene(
        "another account's file",
        lambda s: s.hears(s.agent, **event("", file={"file": FOREIGN_FILE})),
    ),
    Scene("another's answer", lambda s: s.hears(s.bo, type="accepted", op=OPERATION)),
    Scene(
        "a refusal of what nobody asked for",
        lambda s: s.hears(s.bo, type="closed", ref=0, conversation=TALK),
    ),
    Scene(
        "somebody else's words at one's own device",
        lambda s: _strange_words(s),
    ),
    Scene("a customer's talk to the guest of before", lambda s: _merged_talk(s, s.guest)),
    Scene("a frame after the credential was void", lambda s: _put_out(s)),
    Scene("a stranger's boot with a contact", lambda s: s.reads(_stranger(), {"name": ANNAS})),
    Scene("a stranger's boot with a talk", lambda s: s.reads(_stranger(), {"conversation": TALK})),
    Scene("another visitor's file", lambda s: s.reads(s.bo, ANNAS)),
    Scene("a note found by a visitor's search", lambda s: s.reads(s.anna, {"items": [NOTE]})),
    Scene("another account's talk in a list", lambda s: s.reads(s.agent, [{"id": OTHERS_TALK}])),
    Scene("another account's file in a list", lambda s: s.reads(s.agent, [FOREIGN_FILE])),
    Scene("another door", lambda s: s.reads(s.anna, {"inbox_id": SIDE_DOOR})),
    Scene("another account's door", lambda s: s.reads(s.agent, {"inbox_id": OTHER_DOOR})),
    Scene("words in a refusal", lambda s: s.reads(s.bo, {"detail": ANNAS}, status=404)),
    Scene("something forbidden that was done", lambda s: s.reads(s.bo, {}, forbidden=True)),
    Scene("a defect", lambda s: s.reads(s.anna, {}, status=500)),
    Scene("a void session that is good", lambda s: s.reads(_out(s.agent), {})),
    Scene("a forged command that was accepted", lambda s: _forged(s, "accepted")),
]

RIGHT = [
    Scene("one's own words", lambda s: s.hears(s.anna, **event(ANNAS))),
    Scene("a note to the staff", lambda s: s.hears(s.agent, **event(NOTE, kind=4))),
    Scene("an agent of one's account", lambda s: s.hears(s.anna, who=s.agent.person_id, type="x")),
    Scene("one's own answer", lambda s: s.hears(s.anna, type="accepted", op=OPERATION)),
    Scene("a forged command that was refused", lambda s: _forged(s, "rejected")),
    Scene("what the guest said, to the customer", lambda s: _merged_talk(s, s.laptop)),
    Scene("one's own file", lambda s: s.reads(s.anna, ANNAS)),
    Scene("a refusal", lambda s: s.reads(s.bo, {"title": "not found"}, status=404, forbidden=True)),
    Scene("one's own door", lambda s: s.reads(s.anna, {"inbox_id": DOOR})),
    Scene("both doors of the account", lambda s: s.reads(s.agent, [DOOR, SIDE_DOOR])),
    Scene("ids of nobody", lambda s: s.reads(_stranger(), {"contact_id": new_id()})),
    Scene("a void session that is refused", lambda s: s.reads(_out(s.agent), {}, status=401)),
    Scene("views that are behind", lambda s: s.reads(s.anna, {}, status=503)),
]


def _stranger() -> Person:
    return nobody("alpha", DOOR)


def _out(person: Person) -> Person:
    return Person(f"{person.name}, put out", person.account, "", person.is_staff, is_out=True)


def _put_out(stage: Stage) -> None:
    stage.anna.is_out = True
    stage.hears(stage.anna, **event(ANNAS))


def _merged_talk(stage: Stage, reader: Person) -> None:
    """The guest began a talk; the customer whom he turned out to be goes on with it."""
    talk = new_id()
    stage.hears(stage.guest, **row(stage.guest, talk))
    stage.hears(stage.guest, **event(GUESTS))
    stage.hears(stage.phone, **row(stage.guest, talk))
    stage.hears(stage.phone, **event(GUESTS))
    stage.hears(reader, **row(stage.guest, talk))
    stage.hears(reader, **event(marked("named", "alpha", "on a phone", "public")))


def _strange_words(stage: Stage) -> None:
    stage.hears(stage.phone, **row(stage.phone, new_id()))
    stage.hears(stage.phone, **event(ANNAS))


def _forged(stage: Stage, answer: str) -> None:
    operation = new_id()
    stage.model.operations[operation] = "bo"
    stage.model.forbidden.add(operation)
    stage.hears(stage.bo, type=answer, op=operation)


@pytest.mark.parametrize("scene", LEAKS, ids=lambda scene: scene.name)
def test_a_leak_is_found(scene: Scene) -> None:
    stage = Stage()
    scene.play(stage)
    assert stage.model.violations, scene.name


@pytest.mark.parametrize("scene", RIGHT, ids=lambda scene: scene.name)
def test_what_is_right_is_no_leak(scene: Scene) -> None:
    stage = Stage()
    scene.play(stage)
    assert stage.model.violations == []
