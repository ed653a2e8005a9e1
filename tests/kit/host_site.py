"""Somebody's site with the widget on it: another site than AirDesk's, with a strict policy."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
<h1>Shop</h1><p>Tea and paper.</p>
<script src="/host.js"></script>
{line}"""
_LINE = '<script async src="{desk}/widget.js" data-inbox="{inbox}"></script>'

_SCRIPT = """
window.AirDesk ??= function () { (AirDesk.q = AirDesk.q || []).push(arguments); };
window.violations = [];
addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective));
const said = new URLSearchParams(location.search);
if (said.has('identify')) AirDesk('identify', JSON.parse(said.get('identify')));
if (said.has('attributes')) AirDesk('attributes', JSON.parse(said.get('attributes')));
if (said.has('title')) document.title = said.get('title');
"""


class HostSite:
    """A shop at `http://127.0.0.1:PORT`; a context manager.

    Args:
        desk: AirDesk's address, by its other name, so that the two are different sites.
        inbox_id: whose widget it shows.
        line: what an owner copied, in the place of the usual line.
        sources: of the policy, as an owner copied them; its own scripts are allowed anyhow.
        page: a page of its own in the place of the plain one, with `{line}` where the line goes.
        style: its style sheet, at `/host.css`.
    """

    def __init__(
        self,
        desk: str,
        inbox_id: str,
        *,
        line: str = "",
        sources: str = "",
        page: str = _PAGE,
        style: str = "",
    ) -> None:
        self.desk = desk
        usual = _LINE.format(desk=desk, inbox=inbox_id)
        self._page = page.replace("{line}", line or usual).encode()
        self._style = style.encode()
        asked = sources or f"script-src {desk}; frame-src {desk}; connect-src {desk}"
        asked = " ".join(asked.split()).replace("script-src ", "script-src 'self' ")
        if style:
            asked += "; style-src 'self'"
        self._policy = f"default-src 'none'; {asked}"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.cookies: list[str] = []
        """Cookies that any request brought."""

    def __enter__(self) -> HostSite:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        """What the inbox has to allow."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def page(self, **said: Any) -> str:
        """Give the address of a page that identifies its visitor, has attributes or a title."""
        words = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in said.items()
        }
        return f"{self.origin}/?{urlencode(words)}"

    def _file(self, path: str) -> tuple[str, bytes]:
        """Give the kind and the content of what stands at a path."""
        if path == "/host.js":
            return "text/javascript", _SCRIPT.encode()
        if path == "/host.css":
            return "text/css", self._style
        return "text/html", self._page

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.headers.get("cookie"):
                    site.cookies.append(self.headers["cookie"])
                kind, content = site._file(self.path)
                self.send_response(200)
                self.send_header("content-type", f"{kind}; charset=utf-8")
                self.send_header("content-security-policy", site._policy)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments: object) -> None:
                """Say nothing."""

        return Handler


def proof(secret: str, user_id: str) -> str:
    """Sign a customer's id as the guide for sites says: the secret is the text that is shown."""
    return hmac.new(secret.encode(), user_id.encode(), hashlib.sha256).hexdigest()
