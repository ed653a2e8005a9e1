"""Devices are told in our own words, whatever a browser says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airdesk.core.accounts import Device, device_of
from airdesk.core.accounts.devices import _BROWSERS, _SYSTEMS

MOZILLA = "Mozilla/5.0 "
WEBKIT = " AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("said", "device"),
    [
        (
            f"{MOZILLA}(Windows NT 10.0; Win64; x64){WEBKIT}Chrome/126.0.0.0 Safari/537.36",
            ("Chrome 126", "Windows", "computer"),
        ),
        (
            f"{MOZILLA}(Windows NT 10.0){WEBKIT}Chrome/126.0.0.0 Safari/537.36 Edg/126.0.1",
            ("Edge 126", "Windows", "computer"),
        ),
        (
            f"{MOZILLA}(X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            ("Firefox 140", "Linux", "computer"),
        ),
        (
            f"{MOZILLA}(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like"
            " Gecko) Version/17.5 Safari/605.1.15",
            ("Safari 17", "macOS", "computer"),
        ),
        (
            f"{MOZILLA}(iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML,"
            " like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            ("Safari 17", "iOS", "phone"),
        ),
        (
            f"{MOZILLA}(iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
            " CriOS/126.0.1 Mobile/15E148 Safari/604.1",
            ("Chrome 126", "iPadOS", "tablet"),
        ),
        (
            f"{MOZILLA}(Linux; Android 14; Pixel 8){WEBKIT}Chrome/126.0.0.0 Mobile Safari/537.36"
            " XWEB/1 MMWEBSDK/1 MicroMessenger/8.0.49",
            ("WeChat 8", "Android", "phone"),
        ),
        (
            f"{MOZILLA}(Linux; Android 13; SM-X906C){WEBKIT}Chrome/126.0.0.0 Safari/537.36",
            ("Chrome 126", "Android", "tablet"),
        ),
        (
            f"{MOZILLA}(Linux; Android 12; HarmonyOS; NOH){WEBKIT}Chrome/99.0 HuaweiBrowser/15.0"
            " Mobile Safari/537.36",
            ("Huawei Browser 15", "HarmonyOS", "phone"),
        ),
        ("curl/8.7.1", ("", "", "other")),
        ("", ("", "", "other")),
    ],
)
def test_a_browser_is_known_by_what_it_says(said: str, device: tuple[str, str, str]) -> None:
    assert device_of(said) == Device(*device)


NAMES = {name for name, _ in _BROWSERS}
SYSTEMS = {name for name, _ in _SYSTEMS} | {""}
HOSTILE = st.one_of(
    st.text(max_size=2_000),
    st.lists(
        st.sampled_from(
            ["Firefox/", "9" * 50, "<script>", "iPad", "Windows", "Version/", " Safari/", "\n", "١"]
        ),
        max_size=200,
    ).map("".join),
)


@given(said=HOSTILE)
def test_nothing_of_a_strangers_text_is_kept(said: str) -> None:
    device = device_of(said)
    assert device.system in SYSTEMS
    assert device.kind in ("computer", "phone", "tablet", "other")
    name, _, version = device.browser.rpartition(" ")
    assert device.browser == "" or (name in NAMES and version.isascii() and version.isdigit())
