"""`airdesk doctor` names faults that are really there, and says what to do."""

from __future__ import annotations

import asyncio
import http.server
import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from airdesk.adapters.sqlite.event_log import SqliteEventLog
from airdesk.core.kernel import NO_ID, AccountId, ConversationId, OperationId
from airdesk.ports.event_log import Record
from tests.kit.airdesk_server import AirDeskServer, free_port
from tests.kit.command_line import airdesk, open_to_everybody
from tests.kit.small_disk import fill, small_disk
from tests.kit.small_proxy import SmallProxy

NOBODY = 65534
CHECKS = (
    "settings",
    "permissions",
    "disk",
    "clock",
    "pages",
    "databases",
    "port",
    "address",
    "websocket",
)


class Told:
    """What the doctor said."""

    def __init__(self, code: int, report: dict[str, Any]) -> None:
        self.code = code
        self.verdict: str = report["verdict"]
        self.findings: dict[str, dict[str, str]] = {one["name"]: one for one in report["findings"]}

    @property
    def faults(self) -> list[str]:
        """The checks that found one."""
        return [name for name, one in self.findings.items() if one["verdict"] == "fault"]

    def check_only(self, name: str, *said: str) -> dict[str, str]:
        """See that one fault alone was named, with these words, and what to do."""
        assert self.faults == [name], self.findings
        assert (self.code, self.verdict) == (1, "fault")
        found = self.findings[name]
        for words in said:
            assert words in found["says"]
        assert found["mend"]
        return found


def examine(data: Path, web: Path, *words: object, wrapper: tuple[str, ...] = ()) -> Told:
    """Ask the doctor, for machines."""
    said = airdesk("doctor", "--json", "--data", data, "--web", web, *words, wrapper=wrapper)
    assert said.out, said.err
    return Told(said.code, json.loads(said.out))


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built pages, as small as can be."""
    folder = tmp_path_factory.mktemp("web")
    for name in ("entrance", "console", "widget"):
        (folder / name / "dist" / "assets").mkdir(parents=True)
        (folder / name / "dist" / "assets" / "main-1a2b.js").write_text("//")
    page = '<script type="module" src="/{}/assets/main-1a2b.js"></script>'
    (folder / "entrance" / "dist" / "login.html").write_text(page.format("entrance"))
    (folder / "console" / "dist" / "index.html").write_text(page.format("console"))
    (folder / "widget" / "dist" / "frame.html").write_text(page.format("widget"))
    (folder / "widget" / "dist" / "widget.js").write_text("//")
    open_to_everybody(folder)
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, web: Path) -> Iterator[AirDeskServer]:
    folder = tmp_path_factory.mktemp("doctor")
    with AirDeskServer(folder, agents=0, options=["--web", str(web)]) as running:
        yield running


def test_a_well_installation_is_told_so(server: AirDeskServer, web: Path) -> None:
    with SmallProxy(server.port) as proxy:
        told = examine(server.data, web, "--port", server.port, "--address", proxy.address)
        assert (told.code, told.verdict, told.faults) == (0, "good", [])
        assert tuple(told.findings) == CHECKS
        assert {one["verdict"] for one in told.findings.values()} == {"good"}
        words = ("--port", server.port, "--data", server.data, "--web", web)
        said = airdesk("doctor", *words, "--address", proxy.address)
        assert (said.code, said.out.splitlines()[-1]) == (0, "Nothing has to be mended.")


def test_a_first_start_has_nothing_to_mend(tmp_path: Path, web: Path) -> None:
    told = examine(tmp_path / "data", web, "--port", free_port())
    assert (told.code, told.faults) == (0, [])
    assert told.findings["websocket"]["verdict"] == "untried"
    assert not (tmp_path / "data").exists(), "a doctor changes nothing"


# The eight faults ------------------------------------------------------------------------------


@contextmanager
def stranger() -> Iterator[int]:
    """Another program's web server."""
    listening = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    try:
        yield listening.server_port
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def test_fault_one_a_taken_port_with_who_has_it(tmp_path: Path, web: Path) -> None:
    with stranger() as port:
        told = examine(tmp_path / "data", web, "--port", port)
        found = told.check_only("port", f"127.0.0.1:{port}", f"(process {os.getpid()})")
        assert "--port" in found["mend"]


def test_fault_one_a_port_of_another_airdesk(
    server: AirDeskServer, tmp_path: Path, web: Path
) -> None:
    told = examine(tmp_path / "data", web, "--port", server.port)
    told.check_only("port", "another AirDesk, with another data folder")


def test_fault_two_a_full_disk(tmp_path: Path, web: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=4) as disk:
        data = disk / "data"
        data.mkdir(mode=0o700)
        assert examine(data, web, "--port", free_port()).faults == []
        fill(disk)
        told = examine(data, web, "--port", free_port())
        told.check_only("disk", "No space left on device", "0 MiB of 4")


@pytest.fixture
def nobodys(tmp_path: Path) -> tuple[str, ...]:
    """Words that run a command as somebody who may not do everything."""
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        pytest.skip("root without setpriv: everything is allowed")
    open_to_everybody(tmp_path)
    return ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")


@pytest.mark.parametrize("closed", ["data", "log.db", "secret.key", "parent", "above"])
def test_fault_three_wrong_permissions(
    tmp_path: Path, web: Path, nobodys: tuple[str, ...], closed: str
) -> None:
    data = tmp_path / "above" / "data"
    data.parent.mkdir()
    if closed != "parent":
        data.mkdir(mode=0o700)
        for name in ("log.db", "secret.key"):
            (data / name).touch(0o600)
        if os.geteuid() == 0:
            for one in (data, *data.iterdir()):
                os.chown(one, NOBODY, NOBODY)
    place = {"data": data, "parent": data.parent, "above": data.parent}.get(closed, data / closed)
    if os.geteuid() == 0:
        os.chown(place, 0, 0)
    place.chmod(0o700 if closed == "above" else 0o555 if place.is_dir() else 0o400)
    told = examine(data, web, "--port", free_port(), wrapper=nobodys)
    assert "permissions" in told.faults
    found = told.findings["permissions"]
    assert str(data if closed == "parent" else place) in found["says"]
    assert "As root" in found["mend"]
    place.chmod(0o755)


def test_a_key_that_everybody_may_read_is_a_warning(server: AirDeskServer, web: Path) -> None:
    key = server.data / "secret.key"
    key.chmod(0o644)
    try:
        told = examine(server.data, web, "--port", server.port)
        assert (told.code, told.verdict) == (0, "warning")
        assert told.findings["permissions"]["mend"] == f"chmod go-rwx {key}"
    finally:
        key.chmod(0o600)


def record_at(path: Path, ts_ms: int) -> None:
    """Store a record as a server did whose clock said this."""

    class Waiter:
        """Hears when it is stored."""

        def __init__(self) -> None:
            self.stored = asyncio.Event()

        def log_durable(self, position: int) -> None:
            """Wake who waits."""
            self.stored.set()

        def log_failed(self, error: Exception) -> None:
            """Let the loop report it."""
            raise error

    async def scenario() -> None:
        log = SqliteEventLog(path, asyncio.get_running_loop())
        waiter = Waiter()
        log.start(waiter)
        log.append(
            Record(
                log.head + 1,
                AccountId(b"account-00000001"),
                ConversationId(NO_ID),
                *(0, -1, 0),
                ts_ms,
                b"",
                OperationId(NO_ID),
                *(bytes(8), b"", b"", b""),
            )
        )
        await waiter.stored.wait()
        log.close()

    asyncio.run(scenario())


def test_fault_four_a_clock_that_went_back(tmp_path: Path, web: Path) -> None:
    data = tmp_path / "data"
    with AirDeskServer(tmp_path, agents=0):
        pass
    record_at(data / "log.db", time.time_ns() // 1_000_000 + 3_600_000)
    told = examine(data, web, "--port", free_port())
    found = told.check_only("clock", "the last record is of", "went back")
    assert "timedatectl" in found["mend"]


@pytest.mark.parametrize(
    "missing",
    ["entrance/dist/login.html", "console/dist/index.html", "widget/dist/assets/main-1a2b.js"],
)
def test_fault_five_a_missing_web_build(tmp_path: Path, web: Path, missing: str) -> None:
    broken = tmp_path / "web"
    shutil.copytree(web, broken)
    (broken / missing).unlink()
    told = examine(tmp_path / "data", broken, "--port", free_port())
    found = told.check_only("pages", Path(missing).name)
    assert "make setup" in found["mend"]


def _zeros(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 4096 * 4096)
        file.write(b"\xa5" * 4096 * 3)


def _no_database(path: Path) -> None:
    path.write_bytes(b"no database " * 1000)


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("harm", [_zeros, _no_database, _cut])
@pytest.mark.parametrize("name", ["log.db", "directory.db"])
def test_fault_six_a_broken_database(
    stopped: Path, tmp_path: Path, web: Path, name: str, harm: Any
) -> None:
    data = tmp_path / "data"
    shutil.copytree(stopped, data)
    harm(data / name)
    told = examine(data, web, "--port", free_port())
    found = told.check_only("databases", name)
    assert "restore the last backup" in found["mend"]


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a server that was stopped."""
    folder = tmp_path_factory.mktemp("stopped")
    with AirDeskServer(folder) as running:
        pass
    for companion in running.data.glob("*-wal"):
        assert companion.stat().st_size == 0, "there is nothing to lose beside the database"
    return running.data


def test_fault_six_a_lost_key(stopped: Path, tmp_path: Path, web: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(stopped, data)
    (data / "secret.key").unlink()
    told = examine(data, web, "--port", free_port())
    told.check_only("databases", "secret.key is missing")


def test_fault_seven_an_address_that_leads_elsewhere(
    server: AirDeskServer, tmp_path: Path, web: Path
) -> None:
    with stranger() as port:
        words = ("--port", server.port, "--address", f"http://localhost:{port}")
        told = examine(server.data, web, *words)
        told.check_only("address", "status 404", "something else answers there")
    words = ("--port", server.port, "--address", f"http://localhost:{free_port()}")
    examine(server.data, web, *words).check_only("address", "does not answer")
    with AirDeskServer(tmp_path, agents=0) as other, SmallProxy(other.port) as proxy:
        words = ("--port", server.port, "--address", proxy.address)
        examine(server.data, web, *words).check_only("address", "leads to another AirDesk")


def test_fault_seven_a_proxy_that_keeps_the_name_to_itself(
    server: AirDeskServer, web: Path
) -> None:
    with SmallProxy(server.port, hands_on_host=False) as proxy:
        words = ("--port", server.port, "--address", proxy.address)
        told = examine(server.data, web, *words)
        found = told.check_only(
            "address", f"people ask for localhost:{proxy.port}", f"127.0.0.1:{server.port}"
        )
        assert "Host" in found["mend"]


def test_fault_seven_a_proxy_that_tells_another_scheme(server: AirDeskServer, web: Path) -> None:
    with SmallProxy(server.port, scheme="https") as proxy:
        words = ("--port", server.port, "--address", proxy.address)
        told = examine(server.data, web, *words)
        found = told.check_only("address", "people come by http, but AirDesk is told https")
        assert "X-Forwarded-Proto" in found["mend"]


def test_fault_eight_a_proxy_that_blocks_websockets(server: AirDeskServer, web: Path) -> None:
    with SmallProxy(server.port, hands_on_upgrade=False) as proxy:
        words = ("--port", server.port, "--address", proxy.address)
        told = examine(server.data, web, *words)
        found = told.check_only("websocket", "the upgrade was answered with status")
        assert "Upgrade and Connection" in found["mend"]
        said = airdesk("doctor", "--data", server.data, "--web", web, *words)
        assert said.code == 1
        assert "FAULT  websocket" in said.out
        assert said.out.splitlines()[-1] == "To be mended: 1."


def test_a_variable_that_is_no_setting_is_a_warning(tmp_path: Path, web: Path) -> None:
    words = ("--json", "--data", tmp_path / "data", "--web", web, "--port", free_port())
    said = airdesk("doctor", *words, variables={"AIRDESK_PROT": "80"})
    told = Told(said.code, json.loads(said.out))
    assert (told.code, told.verdict) == (0, "warning")
    assert "AIRDESK_PROT (is AIRDESK_PORT meant?)" in told.findings["settings"]["says"]
