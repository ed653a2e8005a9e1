"""Drives two client session machines, one for each encoding, and writes down what they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from airdesk.core.kernel import ConversationId, DeviceId, InstanceId, id_text
from airdesk.core.wire import BINARY, JSON, ClientSession, Encoding, Outbox
from airdesk.core.wire import client as happening
from airdesk.core.wire import messages as m
from tools.vectors.wire import DEVICE, INSTANCE


def operation(number: int) -> bytes:
    """Give the operation id of a trace's n-th command."""
    return bytes.fromhex(f"0192f0c1a2b37c4d8e5f0000000f{number:04x}")


class Recorder:
    """Drives one session in both encodings and writes down what goes in and comes out."""

    def __init__(self, title: str, outbox: tuple[m.CommandMessage, ...] = ()) -> None:
        self._sessions = tuple(
            ClientSession(encoding, "token", DeviceId(DEVICE), InstanceId(INSTANCE), Outbox(outbox))
            for encoding in (BINARY, JSON)
        )
        self._steps: list[dict[str, Any]] = []
        self._start = {
            "title": title,
            "token": "token",
            "device": id_text(DEVICE),
            "instance": id_text(INSTANCE),
            "outbox": [both(command) for command in outbox],
        }

    def document(self) -> dict[str, Any]:
        """Give the trace's file."""
        return {**self._start, "steps": self._steps}

    def connected(self) -> None:
        """Open a socket."""
        self._step({"do": "connected"}, lambda session: session.connected())

    def disconnected(self) -> None:
        """Lose it."""
        self._step({"do": "disconnected"}, lambda session: session.disconnected())

    def new_token(self, token: str) -> None:
        """Get another credential."""
        self._step({"do": "token", "token": token}, lambda s: setattr(s, "token", token))

    def receive(self, *received: m.ServerMessage) -> None:
        """Take messages of the server, one step each."""
        for message in received:
            self._receive(message)

    def _receive(self, message: m.ServerMessage) -> None:
        def act(session: ClientSession) -> None:
            session.receive(session_encoding(session).encode(message))

        self._step({"do": "receive", "message": both(message)}, act)

    def submit(self, command: m.CommandMessage) -> None:
        """Wish something."""
        self._step({"do": "submit", "message": both(command)}, lambda s: s.submit(command))

    def resubmit(self) -> None:
        """Take over another tab's drain."""
        self._step({"do": "resubmit"}, lambda session: session.resubmit())

    def follow(self, conversation: ConversationId) -> None:
        """Show a conversation."""
        step = {"do": "follow", "conversation": id_text(conversation)}
        self._step(step, lambda session: session.follow(conversation))

    def unfollow(self, conversation: ConversationId) -> None:
        """Show it no longer."""
        step = {"do": "unfollow", "conversation": id_text(conversation)}
        self._step(step, lambda session: session.unfollow(conversation))

    def history(self, conversation: ConversationId, before: int) -> None:
        """Ask for older events."""
        step = {"do": "history", "conversation": id_text(conversation), "before": before}
        self._step(step, lambda session: session.history(conversation, before))

    def typing(self, conversation: ConversationId, on: bool, text: str = "") -> None:
        """Begin or end typing."""
        step: dict[str, Any] = {"do": "typing", "conversation": id_text(conversation), "on": on}
        if text:
            step["text"] = text
        self._step(step, lambda session: session.typing(conversation, on, text))

    def view(self, conversation: ConversationId | None) -> None:
        """Look at a conversation, or at none."""
        step = {"do": "view", "conversation": id_text(conversation) if conversation else ""}
        self._step(step, lambda session: session.view(conversation))

    def read(self, conversation: ConversationId, seq: int) -> None:
        """See everything up to a `seq`."""
        step = {"do": "read", "conversation": id_text(conversation), "seq": seq}
        self._step(step, lambda session: session.read(conversation, seq))

    def flush_receipts(self) -> None:
        """Let a second pass."""
        self._step({"do": "flush_receipts"}, lambda session: session.flush_receipts())

    def _step(self, step: dict[str, Any], act: Callable[[ClientSession], None]) -> None:
        results = []
        for session in self._sessions:
            act(session)
            encoding = session_encoding(session)
            outgoing = [encoding.decode_client(sent) for sent in session.take_outgoing()]
            results.append(
                {
                    **step,
                    "outgoing": [both(message) for message in outgoing],
                    "happenings": [_described(one) for one in session.take_happenings()],
                    "phase": session.phase.value,
                    "cursor": session.cursor,
                    "outbox": [id_text(command.op) for command in session.outbox.entries],
                }
            )
        if results[0] != results[1]:
            raise AssertionError("the encodings differ in meaning")
        self._steps.append(results[0])


def session_encoding(session: ClientSession) -> Encoding:
    """Give a session's encoding."""
    return session._encoding


def both(message: m.ClientMessage | m.ServerMessage) -> dict[str, str]:
    """Give a message in both encodings."""
    return {"json": JSON.encode(message).decode(), "bin": BINARY.encode(message).hex()}


def _plain(message: m.ClientMessage | m.ServerMessage) -> Any:
    return msgspec.json.decode(JSON.encode(message))


def _described(one: happening.Happening) -> dict[str, Any]:
    """Write down a happening as `tests/vectors/README.md` says."""
    match one:
        case happening.Welcomed(welcome):
            return {"happening": "welcomed", "message": _plain(welcome)}
        case happening.ViewReset(conversation):
            return {"happening": "view_reset", "conversation": id_text(conversation)}
        case happening.EventArrived(conversation, event):
            return _about("event_arrived", conversation, event)
        case happening.RowChanged(conversation, row):
            return _about("row_changed", conversation, row)
        case happening.ListChanged(mine, queue, listing):
            return {
                "happening": "list_changed",
                "mine": [id_text(conversation) for conversation in mine],
                "queue": [id_text(conversation) for conversation in queue],
                "message": _plain(listing),
            }
        case happening.CommandDone(op, done_in, answer):
            return {
                "happening": "command_done",
                "op": id_text(op),
                "conversation": None if done_in is None else id_text(done_in),
                "message": _plain(answer),
            }
        case happening.CommandRefused(op, number, text):
            return {
                "happening": "command_refused",
                "op": id_text(op),
                "number": number,
                "text": text,
            }
        case happening.OtherSide(conversation, message):
            if not isinstance(message, m.Mark):
                return _about("other_side", conversation, message)
            return {
                "happening": "other_side",
                "conversation": id_text(conversation),
                "mark": msgspec.structs.asdict(message),
            }
        case happening.ViewClosed(conversation):
            return {"happening": "view_closed", "conversation": id_text(conversation)}
        case happening.MentionArrived(conversation, seq, by):
            return {
                "happening": "mention_arrived",
                "conversation": id_text(conversation),
                "seq": seq,
                "by": id_text(by),
            }
        case happening.Ended(number, text, retry_ms):
            return {"happening": "ended", "number": number, "text": text, "retry_ms": retry_ms}


def _about(name: str, conversation: ConversationId, message: m.ServerMessage) -> dict[str, Any]:
    return {
        "happening": name,
        "conversation": id_text(conversation),
        "message": _plain(message),
    }
