from __future__ import annotations

from tools.check_locks import faults_of_package_lock, faults_of_requirements, pins

GOOD = """\
msgspec==0.22.0 \\
    --hash=sha256:00 \\
    --hash=sha256:01
Typing_Extensions==4.16.0 \\
    --hash=sha256:02
"""


def test_pins_are_read_under_their_canonical_names() -> None:
    assert pins(GOOD) == {"msgspec": "0.22.0", "typing-extensions": "4.16.0"}


def test_a_good_lock_has_no_fault() -> None:
    assert list(faults_of_requirements(GOOD, ["msgspec>=0.22,<0.23", "typing-extensions"])) == []


def test_an_address_is_a_fault() -> None:
    for line in ("--index-url https://mirror.example/simple", "-i x", "--find-links wheels"):
        (fault,) = faults_of_requirements(f"{line}\n{GOOD}", [])
        assert "address" in fault


def test_a_pin_without_a_checksum_is_a_fault() -> None:
    assert list(faults_of_requirements(f"{GOOD}picows==2.3.1\n", [])) == ["picows has no checksum"]


def test_a_missing_or_unfit_pin_is_a_fault() -> None:
    faults = list(faults_of_requirements(GOOD, ["picows", "msgspec>=0.23"]))
    assert [fault.split()[0] for fault in faults] == ["picows", "msgspec"]


def test_a_package_lock_may_link_but_not_name_addresses() -> None:
    lock = """{"packages": {
        "": {},
        "packages/client": {},
        "node_modules/@airdesk/client": {"resolved": "packages/client", "link": true},
        "node_modules/ws": {"integrity": "sha512-x"},
        "node_modules/bad": {"integrity": "sha512-x", "resolved": "https://mirror.example/bad.tgz"},
        "node_modules/bare": {}
    }}"""
    faults = list(faults_of_package_lock(lock))
    assert len(faults) == 2
    assert faults[0].startswith("node_modules/bad holds an address")
    assert faults[1] == "node_modules/bare has no checksum"
