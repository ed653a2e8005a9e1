"""Firefox by WebDriver BiDi: a small client of our own over `--remote-debugging-port`.

Source: https://www.w3.org/TR/webdriver-bidi/ (session, browsingContext, script, input).
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.kit.airdesk_server import wait_until

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox") or ""
"""The program; "" where there is none."""

START_S = 60.0
ANSWER_S = 30.0

ENTER = "\ue007"
"""The key's name in WebDriver."""

_LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")

_PREFERENCES = {
    "network.cookie.cookieBehavior": 1,  # no third-party cookie or storage at all
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "extensions.autoDisableScopes": 15,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "remote.active-protocols": 1,  # BiDi alone
}


class BidiError(Exception):
    """The browser refused a command, or a script threw."""


class Firefox:
    """A session with one running browser.

    Args:
        socket: its BiDi connection, with no session yet.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self.command("session.new", capabilities={})

    def command(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command and give its result; events in between are left aside."""
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv(timeout=ANSWER_S))
            if answer.get("id") != number:
                continue
            if answer["type"] != "success":
                raise BidiError(f"{method}: {answer.get('error')}: {answer.get('message')}")
            result: dict[str, Any] = answer["result"]
            return result

    def new_tab(self) -> FirefoxPage:
        """Open an empty tab."""
        return FirefoxPage(self, self.command("browsingContext.create", type="tab")["context"])


class FirefoxPage:
    """A tab, or a frame in one.

    Args:
        browser: where it is.
        context: its BiDi name.
    """

    def __init__(self, browser: Firefox, context: str) -> None:
        self._browser = browser
        self.context = context

    def go(self, address: str) -> None:
        """Load a page and wait for its load event."""
        self._browser.command(
            "browsingContext.navigate", context=self.context, url=address, wait="complete"
        )

    def evaluate(self, expression: str) -> Any:
        """Give the value of an expression, which may be a promise; only plain values come back."""
        result = self._browser.command(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then(it => JSON.stringify(it ?? null))",
            target={"context": self.context},
            awaitPromise=True,
        )
        if result["type"] != "success":
            raise BidiError(result["exceptionDetails"]["text"])
        return json.loads(result["result"]["value"])

    def wait_for(self, expression: str, what: str = "") -> Any:
        """Look again and again until an expression is true, and give its value."""
        found: list[Any] = []

        def is_true() -> bool:
            try:
                found[:] = [self.evaluate(expression)]
            except BidiError:  # the document is about to be another one
                return False
            return bool(found[0])

        wait_until(is_true, what or expression)
        return found[0]

    def frame(self, part_of_address: str) -> FirefoxPage:
        """Give the frame inside this page whose address has this in it; wait for it."""

        def find() -> str:
            tree = self._browser.command("browsingContext.getTree", root=self.context)
            return next(
                (
                    one["context"]
                    for one in _descendants(tree["contexts"][0])
                    if part_of_address in one["url"]
                ),
                "",
            )

        wait_until(lambda: bool(find()), f"a frame at {part_of_address}")
        return FirefoxPage(self._browser, find())

    def click(self, selector: str) -> None:
        """Press and release the mouse on an element, as a person does."""
        element = self._element(selector)
        origin = {"type": "element", "element": {"sharedId": element}}
        self._perform(
            {
                "type": "pointer",
                "id": "mouse",
                "actions": [
                    {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
                    {"type": "pointerDown", "button": 0},
                    {"type": "pointerUp", "button": 0},
                ],
            }
        )

    def type(self, text: str) -> None:
        """Type on the keyboard, wherever the focus is."""
        actions = [
            {"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")
        ]
        self._perform({"type": "key", "id": "keyboard", "actions": actions})

    def reload(self) -> None:
        """Load the same page again."""
        self._browser.command("browsingContext.reload", context=self.context, wait="complete")

    def _element(self, selector: str) -> str:
        self.wait_for(f"document.querySelector({json.dumps(selector)}) !== null", selector)
        found = self._browser.command(
            "browsingContext.locateNodes",
            context=self.context,
            locator={"type": "css", "value": selector},
            maxNodeCount=1,
        )
        return str(found["nodes"][0]["sharedId"])

    def _perform(self, source: Mapping[str, object]) -> None:
        self._browser.command("input.performActions", context=self.context, actions=[source])


def _descendants(context: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for child in context.get("children") or ():
        yield child
        yield from _descendants(child)


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """Start a browser without a window, with an empty profile in a folder."""
    profile = folder / "profile"
    profile.mkdir(parents=True)
    preferences = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in _PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(preferences))
    command = [FIREFOX, "--headless", "--no-remote", "--remote-debugging-port=0"]
    process = subprocess.Popen(
        [*command, "--profile", str(profile), "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        address = _address_of(process)
        with connect(f"{address}/session", proxy=None, max_size=None) as socket:
            yield Firefox(socket)
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # with the processes of its pages
        process.wait()


def _address_of(process: subprocess.Popen[str]) -> str:
    """Read what the browser prints until it names its port; read on, so that it never blocks."""
    found: list[str] = []
    said: list[str] = []

    def read() -> None:
        assert process.stderr is not None
        with process.stderr:
            for line in process.stderr:
                said.append(line)
                match = _LISTENING.search(line)
                if match and not found:
                    found.append(match[1])

    threading.Thread(target=read, daemon=True).start()  # ends with the browser
    wait_until(lambda: bool(found) or process.poll() is not None, "Firefox", START_S)
    assert found, f"Firefox ended: {''.join(said)[-2000:]}"
    return found[0]
