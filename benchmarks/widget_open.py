"""How long the widget takes to open: from the call to what is painted, on this machine.

    python -m benchmarks.widget_open [--rounds 15]

Serves the demo from an empty folder, opens the shop in Chromium anew for each round (a visitor
who was never here: nothing is cached) and waits for two frames after the chat says that it has
painted its history. Beside it, in the same round: a bare iframe with an empty page of the same
server, which is what any widget pays. Prints one JSON object; times in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.kit.airdesk_server import AirDeskServer, wait_until

BROWSER = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

_OPEN = """() => new Promise(done => {
  const started = performance.now();
  addEventListener("message", event => {
    if (!JSON.stringify(event.data ?? "").includes('"painted"')) return;
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - started)));
  });
  AirDesk("open");
})"""

_BARE = """address => new Promise(done => {
  const started = performance.now();
  const frame = document.createElement("iframe");
  frame.onload = () =>
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - started)));
  frame.src = address;
  document.body.append(frame);
})"""


def opened(browser: Browser, address: str, script: str, argument: str = "") -> float:
    """Measure in a fresh profile on the shop's page, once it is at rest."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/demo", wait_until="networkidle")
    page.wait_for_function("typeof AirDesk === 'function'")
    took = page.evaluate(script, argument)
    context.close()
    return float(took)


def measured(rounds: int) -> dict[str, Any]:
    """Open the widget and a bare frame by turns."""
    with (
        tempfile.TemporaryDirectory() as folder,
        AirDeskServer(Path(folder), agents=0, options=("--demo",)) as server,
        sync_playwright() as playwright,
    ):
        wait_until(lambda: f"{server.address}/demo" in server.stdout, "the shop's address")
        browser = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        other = server.address.replace("localhost", "127.0.0.1")
        ours, bare = [], []
        for _ in range(rounds):
            ours.append(opened(browser, server.address, _OPEN))
            bare.append(opened(browser, server.address, _BARE, f"{other}/widget/frame-none"))
        browser.close()
    return {
        "open_ms": {"p50": statistics.median(ours), "max": max(ours)},
        "bare_iframe_ms": {"p50": statistics.median(bare), "max": max(bare)},
        "rounds": rounds,
        "machine": {
            "cores": os.cpu_count(),
            "load_average_1_min": os.getloadavg()[0],
            "system": f"{platform.system()} {platform.release()}",
            "python": platform.python_version(),
        },
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    print(json.dumps(measured(parser.parse_args().rounds)))
