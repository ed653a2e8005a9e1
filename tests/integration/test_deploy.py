"""The files of `deploy/`: good in the eyes of the programs that read them, and right in front."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from airdesk.app.settings import Settings, load_settings, variable_of
from airdesk.core.kernel import limits
from tests.kit.airdesk_server import AirDeskServer, free_port, wait_until
from tests.kit.command_line import ROOT, airdesk
from tests.kit.json_client import JsonClient, get_visitor_token

DEPLOY = ROOT / "deploy"
VISITOR_ADDRESS = "203.0.113.7"


def needs(program: str) -> str:
    """Give a program of this machine, or skip the test with the word why."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if found is None:
        pytest.skip(f"{program} is not on this machine")
    return found


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a program and give what came of it."""
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


# nginx and Caddy, with AirDesk behind ------------------------------------------------------------


def nginx_folder(folder: Path, port: int, behind: int) -> Path:
    """Set our file up on a free port, with a certificate; nothing else of it is changed."""
    openssl = needs("openssl")
    made = run(
        *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
        *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
        *("-keyout", str(folder / "key.pem"), "-out", str(folder / "fullchain.pem")),
    )
    assert made.returncode == 0, made.stderr
    text = (DEPLOY / "nginx.conf").read_text()
    text = re.sub(r"listen 80;\n\s+listen \[::\]:80;", f"listen 127.0.0.1:{free_port()};", text)
    text = re.sub(
        r"listen 443 ssl http2;\n\s+listen \[::\]:443 ssl http2;",
        f"listen 127.0.0.1:{port} ssl http2;",
        text,
    )
    text = text.replace("desk.example", "localhost").replace(
        "127.0.0.1:8000", f"127.0.0.1:{behind}"
    )
    text = text.replace("/etc/ssl/airdesk", str(folder))
    (folder / "airdesk.conf").write_text(text)
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\ndaemon off;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}include {folder}/airdesk.conf;\n}}\n"
    )
    return folder / "nginx.conf"


@contextmanager
def running(*words: str, port: int) -> Iterator[None]:
    """Run a proxy until it is done with."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: listens(port), f"{words[0]} to listen")
        yield
    finally:
        process.terminate()
        process.wait(20)


def listens(port: int) -> bool:
    """Tell whether somebody listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def doctor(server: AirDeskServer, address: str, trusted: Path) -> dict[str, dict[str, str]]:
    """Ask the doctor about the way through a proxy whose certificate it trusts."""
    said = airdesk(
        *("doctor", "--json", "--data", server.data, "--port", server.port, "--address", address),
        variables={"SSL_CERT_FILE": str(trusted)},
    )
    assert said.out, said.err
    return {one["name"]: one for one in json.loads(said.out)["findings"]}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AirDeskServer]:
    folder = tmp_path_factory.mktemp("behind")
    (folder / "airdesk.toml").write_text("metrics = true\n")
    options = ["--config", str(folder / "airdesk.toml")]
    with AirDeskServer(folder, options=options) as behind:
        yield behind


def test_nginx_hands_on_name_scheme_address_and_websockets(
    tmp_path: Path, server: AirDeskServer
) -> None:
    nginx, port = needs("nginx"), free_port()
    config = nginx_folder(tmp_path, port, server.port)
    checked = run(nginx, "-t", "-q", "-c", str(config), "-p", str(tmp_path))
    assert checked.returncode == 0, checked.stderr
    with running(nginx, "-c", str(config), "-p", str(tmp_path), port=port):
        found = doctor(server, f"https://localhost:{port}", tmp_path / "fullchain.pem")
        assert found["address"]["verdict"] == "good", found["address"]
        assert found["websocket"]["verdict"] == "good", found["websocket"]


def test_caddy_hands_on_name_scheme_address_and_websockets(
    tmp_path: Path, server: AirDeskServer
) -> None:
    caddy, port = needs("caddy"), free_port()
    plain = DEPLOY / "Caddyfile"
    environment = os.environ | {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    checked = subprocess.run(
        [caddy, "validate", "--adapter", "caddyfile", "--config", str(plain)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    text = plain.read_text().replace("desk.example", f"http://:{port}")
    text = "{\n\tadmin off\n}\n" + text.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
    (tmp_path / "Caddyfile").write_text(text)
    words = (caddy, "run", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile"))
    with running(*words, port=port):
        found = doctor(server, f"http://localhost:{port}", tmp_path)
        assert found["address"]["verdict"] == "good", found["address"]
        assert found["websocket"]["verdict"] == "good", found["websocket"]
        connection = http.client.HTTPConnection("localhost", port, timeout=20)
        connection.request("GET", "/metrics")
        assert connection.getresponse().status == 404
        connection.close()
        with JsonClient(port, get_visitor_token(port)) as visitor:
            assert visitor.command("send", where=0, text="hello")["type"] == "accepted"


def test_the_files_hand_on_as_much_as_a_file_may_have() -> None:
    needed = limits.FILE_BYTES_MAX
    nginx = re.search(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx.conf").read_text())
    caddy = re.search(r"max_size (\d+)MB", (DEPLOY / "Caddyfile").read_text())
    assert nginx and int(nginx[1]) * 2**20 > needed
    assert caddy and int(caddy[1]) * 10**6 > needed


# Who is believed -------------------------------------------------------------------------------


def sessions_address(port: int, name: str) -> str:
    """Give the scheme that the server took for a request that a proxy forwarded."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": VISITOR_ADDRESS}
        connection.request("GET", name, headers=headers)
        scheme: str = json.loads(connection.getresponse().read())["scheme"]
        return scheme
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("trusted", "scheme"),
    [("127.0.0.1", "https"), ("127.0.0.0/8", "https"), ("10.0.0.0/8", "http"), ("", "http")],
)
def test_only_a_trusted_proxy_is_believed(tmp_path: Path, trusted: str, scheme: str) -> None:
    config = tmp_path / "airdesk.toml"
    config.write_text(f'trusted_proxies = "{trusted}"\n')
    with AirDeskServer(tmp_path, options=["--config", str(config)]) as one:
        assert sessions_address(one.port, "/api/reach") == scheme


# systemd, settings, containers -------------------------------------------------------------------


def test_systemd_finds_no_fault_in_the_unit(tmp_path: Path) -> None:
    analyze = needs("systemd-analyze")
    unit = (DEPLOY / "airdesk.service").read_text()
    # It looks for the program itself: one that exists stands for ours.
    unit = unit.replace("/opt/airdesk/.venv/bin/airdesk", "/bin/true")
    (tmp_path / "airdesk.service").write_text(unit)
    checked = run(analyze, "verify", "--man=no", str(tmp_path / "airdesk.service"))
    ours = [line for line in checked.stderr.splitlines() if "airdesk" in line]
    assert not ours, ours
    assert checked.returncode == 0, checked.stderr


def test_the_unit_gives_the_program_time_and_the_word_that_it_knows() -> None:
    unit = (DEPLOY / "airdesk.service").read_text()
    settings = dict(line.split("=", 1) for line in unit.splitlines() if re.match(r"\w+=", line))
    assert settings["KillSignal"] == "SIGTERM"
    assert int(settings["TimeoutStopSec"]) >= 15
    assert int(settings["LimitNOFILE"]) > limits.CONNECTIONS_MAX


def test_the_settings_file_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(variable_of(name), raising=False)
    settings = load_settings(DEPLOY / "airdesk.toml")
    assert settings.address == "https://desk.example"
    assert tomllib.loads((DEPLOY / "airdesk.toml").read_text())["log_format"] == "json"


def containerfile() -> list[tuple[str, str]]:
    """Give the container file's instructions."""
    text = re.sub(r"\\\n", " ", (DEPLOY / "Containerfile").read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in lines]


def test_the_container_file_is_whole_and_not_root() -> None:
    known = {
        "FROM",
        "WORKDIR",
        "COPY",
        "RUN",
        "ENV",
        "USER",
        "VOLUME",
        "EXPOSE",
        "STOPSIGNAL",
        "HEALTHCHECK",
    }
    known |= {"ENTRYPOINT", "CMD"}
    steps = containerfile()
    assert {name for name, _ in steps} <= known
    assert steps[0][0] == "FROM"
    last = [index for index, (name, _) in enumerate(steps) if name == "FROM"][-1]
    final = dict(steps[last:])
    assert final["USER"] == "10001:10001"
    assert final["STOPSIGNAL"] == "SIGTERM"
    assert json.loads(final["ENTRYPOINT"]) == ["airdesk"]
    assert json.loads(final["CMD"]) == ["serve"]
    for name, said in steps:
        if name == "COPY" and not said.startswith("--from"):
            for source in said.split()[:-1]:
                assert (ROOT / source).exists(), f"{source} is not in the source"
    variables = re.findall(r"(AIRDESK_\w+)=", final["ENV"])
    assert variables
    assert set(variables) <= {variable_of(name) for name in Settings.model_fields}


def test_the_container_file_builds_nothing_from_elsewhere() -> None:
    for name, said in containerfile():
        if name == "FROM":
            assert said.startswith("docker.io/library/")
        assert "curl" not in said
        assert "wget" not in said


def compose() -> dict[str, Any]:
    """Read the compose file."""
    known: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return known


SERVICE_KEYS = {
    "build",
    "image",
    "restart",
    "stop_grace_period",
    "environment",
    "volumes",
    "networks",
    "read_only",
    "tmpfs",
    "cap_drop",
    "security_opt",
    "depends_on",
    "command",
    "ports",
}
"""Keys of the compose specification that we use."""


def test_the_compose_file_fits_its_specification() -> None:
    known = compose()
    assert set(known) == {"services", "volumes", "networks"}
    for service in known["services"].values():
        assert set(service) <= SERVICE_KEYS
        assert "image" in service or "build" in service
        for volume in service.get("volumes", []):
            assert volume.partition(":")[0] in known["volumes"]
        assert set(service.get("networks", [])) <= set(known["networks"])
        assert set(service.get("depends_on", [])) <= set(known["services"])
    build = known["services"]["airdesk"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()


def test_the_compose_file_trusts_its_own_network_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    known = compose()
    environment = known["services"]["airdesk"]["environment"]
    assert set(environment) <= {variable_of(name) for name in Settings.model_fields}
    subnet = known["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert environment["AIRDESK_TRUSTED_PROXIES"] == subnet
    assert "ports" not in known["services"]["airdesk"]
