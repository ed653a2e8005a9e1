"""A shop and a desk that exist only inside a browser: what a widget shows, without a server.

The pages come from the built widget, the answers from a scene. Shop and desk are different sites,
as in life. Use it for looks; what a server does is tested with a server.
"""

from __future__ import annotations

import json
import mimetypes
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from playwright.sync_api import BrowserContext, Route, WebSocketRoute

from airdesk.core.kernel import id_text, parse_id
from airdesk.core.wire import BINARY
from airdesk.core.wire import messages as m

WIDGET = Path(__file__).resolve().parents[2] / "web" / "apps" / "widget"
SHOP = "http://localhost:9"
DESK = "http://127.0.0.1:9"

INBOX = "0192f0c1-a2b3-7c4d-8e5f-000000001301"
VISITOR = "0192f0c1-a2b3-7c4d-8e5f-000000001101"
CONVERSATION = "0192f0c1-a2b3-7c4d-8e5f-000000000c01"
AGENT = "0192f0c1-a2b3-7c4d-8e5f-000000000a01"
OTHER_AGENT = "0192f0c1-a2b3-7c4d-8e5f-000000000a02"

STRICT_POLICY = f"default-src 'none'; script-src {DESK}; frame-src {DESK}; connect-src {DESK}"
"""The least that a site has to allow, as the guide says."""

STRICT_PAGE = f"""<!doctype html><title>Strict</title><h1>Shop</h1><p>Tea and paper.</p>
<script async src="{DESK}/widget.js" data-inbox="{INBOX}"></script>"""

MESSAGE, JOINED, QUEUED, ASSIGNED, RESOLVED = 3, 2, 5, 6, 8
VISITOR_AUTHOR, BOT_AUTHOR, AGENT_AUTHOR = 0, 2, 3
BOT_STATUS, QUEUED_STATUS, ASSIGNED_STATUS, RESOLVED_STATUS = 0, 1, 2, 4
BEAT_MS = 25_000
OPENED_AGO_MS = 11 * 60_000


class Scene(msgspec.Struct, kw_only=True):
    """What the desk has to tell."""

    language: str = "zh"
    inbox: dict[str, Any] = {}
    """Settings of the inbox that are not the usual ones."""
    online: int = 2
    agents: dict[str, str] = {}
    """Names by id."""
    status: int | None = None
    """None: there is no conversation."""
    place: int = 0
    unread: int = 0
    read: int = 0
    events: list[dict[str, Any]] = []
    """Fields of events without seq and prev, which are their places."""
    files: dict[str, Path] = {}
    suggestions: list[str] = []
    """Questions that are offered before the first message."""
    typing: bool = False
    connected: bool = True


class ScriptedDesk:
    """Answers a browser as shop and desk would in a scene.

    Args:
        context: the browser's context; everything it asks for is answered here.
        scene: what there is to tell.
    """

    def __init__(self, context: BrowserContext, scene: Scene) -> None:
        self.scene = scene
        self.asked: list[tuple[str, str]] = []
        """Methods and addresses of all requests, in order."""
        self.received: list[m.ClientMessage] = []
        """Everything that came over the socket, in order."""
        self._sockets: list[WebSocketRoute] = []
        self._opened_ms = int(time.time() * 1000) - OPENED_AGO_MS
        context.route(f"{SHOP}/**", self._shop)
        context.route(f"{DESK}/**", self._desk)
        context.route_web_socket(f"ws://{urlsplit(DESK).netloc}/socket", self._socket)

    # HTTP -------------------------------------------------------------------------------------

    def _shop(self, route: Route) -> None:
        path = self._note(route)
        if path == "/demo/facts.json":
            return _answer(route, {"inbox": INBOX, "customers": []})
        if path == "/strict":
            headers = {"content-type": "text/html", "content-security-policy": STRICT_POLICY}
            return route.fulfill(headers=headers, body=STRICT_PAGE)
        # The shop's page loads the widget from its other loopback name; here that is the desk.
        if path == "/widget.js":
            return _file(route, WIDGET / "dist" / "widget.js")
        return _file(
            route, WIDGET / "demo" / "dist" / (path.removeprefix("/demo/") or "index.html")
        )

    def _desk(self, route: Route) -> None:
        path = self._note(route)
        if path == "/widget.js":
            return _file(route, WIDGET / "dist" / "widget.js")
        if path == "/widget/frame" or path.startswith("/chat/"):
            return _file(route, WIDGET / "dist" / "frame.html")
        if path.startswith("/widget/"):
            return _file(route, WIDGET / "dist" / path.removeprefix("/widget/"))
        if path.startswith("/api/widget/"):
            return self._api(route, path.removeprefix("/api/widget/"))
        return route.fulfill(status=404)

    def _note(self, route: Route) -> str:
        url = urlsplit(route.request.url)
        self.asked.append((route.request.method, url.path))
        return url.path

    def _api(self, route: Route, what: str) -> None:
        scene = self.scene
        if what.startswith("files/"):
            file = scene.files.get(what.removeprefix("files/"))
            return route.fulfill(status=404) if file is None else _file(route, file)
        answers: dict[str, object] = {
            "config": self._config(),
            "boot": self._boot(),
            "presence": {"online": scene.online, "waiting": scene.place},
            "agents": {"items": self._agents()},
        }
        if what == "boot" and not scene.connected:
            return route.abort()
        if what == "files":
            name = parse_qs(urlsplit(route.request.url).query).get("name", ["file"])[0]
            ticket = {"ticket": "t", "file": {"file_id": CONVERSATION, "name": name}}
            return _answer(route, ticket, status=201)
        return _answer(route, answers.get(what, {}))

    def _config(self) -> dict[str, Any]:
        return {
            "inbox_id": INBOX,
            "name": "Shop",
            "colour": "#2f6f4f",
            "logo_url": None,
            "position": "right",
            "offset_x": 24,
            "offset_y": 24,
            "theme": "auto",
            "language": self.scene.language,
            "texts": {},
            "form": "off",
            "form_fields": ["name", "email"],
            "show_rating": True,
            "sound": True,
            **self.scene.inbox,
        }

    def _agents(self) -> list[dict[str, str]]:
        return [{"id": id, "name": name} for id, name in self.scene.agents.items()]

    def _boot(self) -> dict[str, Any]:
        scene = self.scene
        return {
            "token": "v1.scene",
            "visitor_id": VISITOR,
            "inbox": self._config(),
            "online": scene.online,
            "waiting": scene.place,
            "agents": self._agents(),
            "contact": {"name": "", "email": "", "is_verified": False},
            "conversation": None if scene.status is None else self._row(),
            "events": [
                {"seq": n, "prev": n - 1, "dt_ms": n * 40_000, **event}
                for n, event in enumerate(scene.events, 1)
            ],
            "at_start": True,
            "suggestions": {"zh": [], "en": [], scene.language: scene.suggestions},
        }

    def _row(self) -> dict[str, Any]:
        scene = self.scene
        last = len(scene.events)
        held = scene.status == ASSIGNED_STATUS
        return {
            "conversation": CONVERSATION,
            "opened_ms": self._opened_ms,
            "version": 1,
            "status": scene.status,
            "visitor": VISITOR,
            "last_seq": last,
            "place": scene.place,
            "last_ms": self._opened_ms + last * 40_000,
            "unread": scene.unread,
            "assignee": next(iter(scene.agents), "") if held else "",
            "participants": list(scene.agents)[:1],
            "delivered": last,
            "read": scene.read,
        }

    # Socket -----------------------------------------------------------------------------------

    def _socket(self, socket: WebSocketRoute) -> None:
        if not self.scene.connected:
            socket.close(code=4500)
        else:
            self._sockets.append(socket)
            socket.on_message(lambda payload: self._received(socket, payload))

    def hang_up(self) -> None:
        """Break all connections, and let none come again."""
        self.scene.connected = False
        for socket in self._sockets:
            socket.close(code=1012)

    def _received(self, socket: WebSocketRoute, payload: str | bytes) -> None:
        message = BINARY.decode_client(payload if isinstance(payload, bytes) else payload.encode())
        self.received.append(message)
        if isinstance(message, m.Hello):
            for answer in self._greeting(message):
                socket.send(BINARY.encode(answer))

    def _greeting(self, hello: m.Hello) -> list[m.ServerMessage]:
        scene = self.scene
        now = int(time.time() * 1000)
        answers: list[m.ServerMessage] = [m.Welcome(parse_id(VISITOR), 0, now, BEAT_MS, "1.1")]
        if scene.status is None:
            return [*answers, m.Listing(())]
        row = self._row()
        ids = {name: parse_id(row[name]) for name in ("conversation", "visitor")}
        participants = tuple(map(parse_id, row["participants"]))
        assignee = parse_id(row["assignee"]) if row["assignee"] else b""
        whole = {**row, **ids, "participants": participants, "assignee": assignee}
        held = {id_text(one.conversation): one.seq for one in hello.held}
        answers += [m.Row(ref=1, **whole), m.Listing((1,))]
        answers.append(m.Opened(1, held.get(CONVERSATION, 0)))
        if scene.typing:
            answers.append(m.SomebodyTyping(1, AGENT_AUTHOR))
        return answers


def _answer(route: Route, body: object, status: int = 200) -> None:
    headers = {"content-type": "application/json", "access-control-allow-origin": "*"}
    route.fulfill(status=status, headers=headers, body=json.dumps(body))


def _file(route: Route, path: Path) -> None:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    route.fulfill(path=path, headers={"content-type": kind, "access-control-allow-origin": "*"})
