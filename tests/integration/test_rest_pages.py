"""Pages and scripts: who may frame them, what they may load, how long they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.kit.airdesk_server import AirDeskServer
from tests.kit.rest_desk import SITE, RestDesk

STRICT = ("default-src 'none'", "script-src 'self'", "base-uri 'none'", "form-action 'none'")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders as the builds of the applications leave them."""
    web = tmp_path_factory.mktemp("web")
    for name in (
        "widget/dist/frame.html",
        "widget/dist/widget.js",
        "widget/dist/assets/frame-1a2b.js",
        "widget/demo/dist/index.html",
        "widget/preview/dist/site.html",
        "widget/preview/dist/chat.html",
        "entrance/dist/assets/login-1a2b.js",
        *(f"entrance/dist/{page}.html" for page in ("setup", "login", "invite", "enter")),
        "console/dist/assets/index-1a2b.js",
    ):
        path = web / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"<p>{name}</p>")
    (web / "console/dist/index.html").write_text('<meta nonce="AIRDESK-STYLE-NONCE">')
    (web / "secret.txt").write_text("secret")
    return web


@pytest.fixture(scope="module")
def paged(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Iterator[RestDesk]:
    """A server with built pages."""
    folder = tmp_path_factory.mktemp("pages")
    options = ["--agents", "0", "--web", str(built)]
    with AirDeskServer(folder, options=options) as server:
        desk = RestDesk(server)
        yield desk
        desk.close()


def test_only_the_inboxs_sites_may_frame_the_widget(paged: RestDesk) -> None:
    inbox_id = paged.inbox["inbox_id"]
    answer = paged.client().get("/widget/frame", params={"inbox": inbox_id})
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.endswith(f"frame-ancestors 'self' {SITE}")
    assert all(one in policy for one in STRICT)
    alone = paged.client().get(f"/chat/{inbox_id}")
    assert alone.headers["content-security-policy"].endswith("frame-ancestors 'none'")
    for wrong in ("", "x", "01a20cee-1742-7dea-b8d2-a9b8347b9260"):
        assert paged.client().get("/widget/frame", params={"inbox": wrong}).status_code == 404


@pytest.mark.parametrize("path", ["/widget/preview", "/widget/preview/chat"])
def test_the_preview_of_a_widget_is_for_our_own_pages(paged: RestDesk, path: str) -> None:
    answer = paged.client().get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'self'; frame-src 'self'" in policy
    assert all(one in policy for one in STRICT)


def test_an_origin_cannot_add_to_the_policy(paged: RestDesk) -> None:
    path = f"/api/v1/inboxes/{paged.inbox['inbox_id']}"
    for origin in ("https://a.example; script-src *", "https://a.example\n", "*", "https://*"):
        answer = paged.owner.http.patch(path, json={"allowed_origins": [origin]})
        kept = answer.json().get("allowed_origins", [])
        assert answer.status_code == 422 or kept == ["https://a.example"], origin


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/agent", "/console"),
        ("/agent/", "/console"),
        ("/agent//evil.example", "/console"),
        ("/settings", "/console/settings"),
        ("/settings/members?next=//evil.example", "/console/settings"),
    ],
)
def test_former_pages_lead_to_the_console(paged: RestDesk, path: str, place: str) -> None:
    answer = paged.client().get(path)
    assert answer.status_code == 302
    assert answer.headers["location"] == place


@pytest.mark.parametrize("path", ["/setup", "/login", "/invite/abc", "/enter/abc"])
def test_nobody_may_frame_the_entrance(paged: RestDesk, path: str) -> None:
    answer = paged.client().get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert all(one in policy for one in (*STRICT, "frame-ancestors 'none'"))
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_each_answer_with_the_console_has_a_nonce_of_its_own_for_styles(paged: RestDesk) -> None:
    nonces = set()
    for path in ("/console", "/console/c/mine/01a20cee", "/console/settings/inboxes"):
        answer = paged.client().get(path)
        assert answer.status_code == 200
        nonce = answer.text.removeprefix('<meta nonce="').removesuffix('">')
        nonces.add(nonce)
        policy = answer.headers["content-security-policy"]
        assert f"style-src 'self' 'nonce-{nonce}'" in policy
        assert all(one in policy for one in (*STRICT, "frame-ancestors 'none'"))
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
    assert len(nonces) == 3 and all(len(nonce) > 20 for nonce in nonces)


def test_the_loader_may_be_read_from_everywhere_and_assets_for_ever(paged: RestDesk) -> None:
    loader = paged.client().get("/widget.js")
    assert loader.headers["cache-control"] == "public, max-age=300"
    assert loader.headers["cross-origin-resource-policy"] == "cross-origin"
    assert loader.headers["content-type"].startswith("text/javascript")
    for path in (
        "/widget/assets/frame-1a2b.js",
        "/entrance/assets/login-1a2b.js",
        "/console/assets/index-1a2b.js",
    ):
        answer = paged.client().get(path)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    missing = paged.client().get("/entrance/assets/missing.js")
    assert missing.status_code == 404
    assert "immutable" not in missing.headers.get("cache-control", "")


@pytest.mark.parametrize(
    "path",
    [
        "/entrance/assets/../../../secret.txt",
        "/entrance/assets/%2e%2e/%2e%2e/%2e%2e/secret.txt",
        "/entrance/assets/..%2f..%2f..%2fsecret.txt",
        "/widget/assets//etc/passwd",
        "/entrance/assets/%00",
        "/console/assets/%2e%2e/index.html",
        "/console/..%2f..%2fsecret.txt",
        "/invite/..%2f..%2fsecret.txt",
    ],
)
def test_no_address_leads_out_of_its_folder(paged: RestDesk, path: str) -> None:
    answer = paged.client().get(path)
    assert answer.text != "secret" and "root:" not in answer.text
    assert answer.status_code < 500


def test_the_first_page_is_the_one_that_is_needed(paged: RestDesk) -> None:
    answer = paged.client().get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/console")


def test_without_a_demo_there_is_no_shop(paged: RestDesk) -> None:
    for path in ("/demo", "/demo/facts.json"):
        assert paged.client().get(path).status_code == 404


def test_the_demo_loads_the_widget_from_another_site(
    tmp_path_factory: pytest.TempPathFactory, built: Path
) -> None:
    options = ["--agents", "0", "--web", str(built), "--demo"]
    with (
        AirDeskServer(tmp_path_factory.mktemp("demo"), options=options) as server,
        httpx2.Client(base_url=server.address, timeout=20) as client,
    ):
        shop = client.get("/demo")
        policy = shop.headers["content-security-policy"]
        assert f"script-src 'self' http://127.0.0.1:{server.port}" in policy
        facts = client.get("/demo/facts.json").json()
        wish = {"inbox": facts["inbox"], "identify": facts["customers"][0]}
        booted = client.post("/api/widget/boot", json=wish)
        assert booted.status_code == 200 and booted.json()["contact"]["is_verified"]


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/nothing", "/api/nothing"])
def test_what_is_not_there_is_a_problem(paged: RestDesk, path: str) -> None:
    answer = paged.client().get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
