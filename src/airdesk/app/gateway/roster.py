"""Who is connected to this gateway."""

from __future__ import annotations

from collections.abc import Iterable

from airdesk.app.gateway.session import Session
from airdesk.core.kernel import Identity
from airdesk.ports.link import SessionId


class Roster:
    """All sessions, by number and by person."""

    def __init__(self) -> None:
        self._sessions: dict[SessionId, Session] = {}
        self._people: dict[bytes, set[Session]] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def add(self, session: Session) -> None:
        """Take a session whose person is not known yet."""
        self._sessions[session.session_id] = session

    def introduce(self, session: Session, identity: Identity) -> None:
        """Note whose session it is."""
        session.identity = identity
        session.is_public = identity.is_visitor
        self._people.setdefault(identity.person_key, set()).add(session)

    def remove(self, session: Session) -> bool:
        """Forget a session; False if it was forgotten already."""
        if self._sessions.pop(session.session_id, None) is None:
            return False
        if session.identity is not None:
            person = session.identity.person_key
            others = self._people.get(person, set())
            others.discard(session)
            if not others:
                self._people.pop(person, None)
        return True

    def session(self, session_id: SessionId) -> Session | None:
        """Give a session; None if it is gone."""
        return self._sessions.get(session_id)

    def all(self) -> list[Session]:
        """Give all sessions, as they are now."""
        return list(self._sessions.values())

    def of_person(self, person: bytes) -> Iterable[Session]:
        """Give the sessions of a visitor (his key) or an agent (account and agent id)."""
        return tuple(self._people.get(person, ()))
