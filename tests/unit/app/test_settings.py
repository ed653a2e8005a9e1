"""Settings: which source wins, and what is refused in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from airdesk.app.settings import (
    Settings,
    SettingsRefused,
    load_settings,
    unknown_variables,
    variable_of,
)

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of settings, in an environment without any."""
    for name in Settings.model_fields:
        monkeypatch.delenv(variable_of(name), raising=False)
    monkeypatch.delenv("AIRDESK_CONFIG", raising=False)
    path = tmp_path / "airdesk.toml"
    path.write_text('port = 81\nhost = "::1"\nmetrics = true\n')
    return path


def test_the_line_wins_over_the_environment_which_wins_over_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().port == 8000
    assert load_settings(file).port == 81
    monkeypatch.setenv("AIRDESK_PORT", "82")
    assert load_settings(file).port == 82
    assert load_settings(file, port=83).port == 83
    assert (load_settings(file).host, load_settings(file).metrics) == ("::1", True)


def test_the_environment_may_name_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRDESK_CONFIG", str(file))
    assert load_settings().port == 81
    assert load_settings(port=None).port == 81


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("prot = 80", "there is no setting prot; is port meant?"),
        ("zebra = 80", "there is no setting zebra"),
        ("[serve]\nport = 80", "there is no setting serve"),
        ("port = ", "it is no TOML"),
        ("port = 99999", "port in"),
        ('port = "many"', "port in"),
        ('address = "desk.example"', "address in"),
        ('log_format = "xml"', "log_format in"),
        ('trusted_proxies = "10.0.0.0/8, proxy"', "trusted_proxies in"),
        ('metrics_token = "short"', "16 letters"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_the_place(
    file: Path, content: str, said: str
) -> None:
    file.write_text(content)
    with pytest.raises(SettingsRefused) as refused:
        load_settings(file)
    assert said in str(refused.value)
    assert str(file) in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="No such file"):
        load_settings(tmp_path / "none.toml")


def test_a_refused_secret_is_not_repeated(file: Path) -> None:
    file.write_text('metrics_token = "s3cret"')
    with pytest.raises(SettingsRefused) as refused:
        load_settings(file)
    assert "s3cret" not in str(refused.value)


def test_a_fault_names_the_variable_or_the_option(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingsRefused, match="--port"):
        load_settings(port=-1)
    monkeypatch.setenv("AIRDESK_PORT", "x")
    with pytest.raises(SettingsRefused, match="AIRDESK_PORT"):
        load_settings(file)


def test_a_variable_that_is_no_setting_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRDESK_PROT", "80")
    monkeypatch.setenv("AIRDESK_WORKERS", "2")
    assert unknown_variables()["AIRDESK_PROT"] == "AIRDESK_PORT"
    assert "AIRDESK_WORKERS" not in unknown_variables()


def test_a_child_process_gets_the_same_settings(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(file, demo=True, metrics_token="0123456789abcdef", data=Path("here"))
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    again = load_settings()
    assert again.data == Path("here").absolute()
    again.data = settings.data
    assert again == settings


def test_every_setting_is_documented_by_all_its_names() -> None:
    page = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert f"| `{name}` | `{variable_of(name)}` |" in page
        assert field.description, f"{name} says nothing"
