"""All configuration: the command line, the environment, a file. Nothing else reads any.

What is given on the command line wins over the environment, the environment over the file, the
file over what is set here. The file is TOML, one line for each setting, named as here.
"""

from __future__ import annotations

import ipaddress
import os
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from airdesk.core.kernel import AirDeskError

WEB_APPS = Path(__file__).resolve().parents[3] / "web" / "apps"

ENVIRONMENT_PREFIX: Final = "AIRDESK_"
"""Before a setting's name in the environment."""

CONFIG_VARIABLE: Final = "AIRDESK_CONFIG"
"""Names the file where `--config` does not."""

TOKEN_LETTERS_MIN: Final = 16
"""Of the token for the metrics: a shorter one could be guessed."""


class SettingsRefused(AirDeskError):
    """The configuration cannot be used. Whoever starts the program has to mend it."""

    template = "{where}: {reason}"


class Settings(BaseSettings):
    """Settings of one process; each is read from AIRDESK_<NAME>, too."""

    model_config = SettingsConfigDict(env_prefix=ENVIRONMENT_PREFIX, extra="ignore")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 for a free one.")
    data: Path = Field(Path("data"), description="Folder that holds everything.")
    workers: int = Field(
        0, ge=0, le=256, description="Gateway processes; 0 for one process that is all."
    )
    agents: int = Field(
        0,
        ge=0,
        le=5000,
        description="Seats of the built-in account for tests and benchmarks; 0 for none of it.",
    )
    capacity: int = Field(
        5,
        ge=0,
        le=1000,
        description="Conversations that an agent of the built-in account may hold.",
    )
    agents_bot: bool = Field(
        False, description="Give the inbox of the built-in account a bot, which answers first."
    )
    web: Path = Field(WEB_APPS, description="Folder of the applications and their built pages.")
    address: str = Field(
        "",
        pattern=r"^(https?://[^/\s]+)?$",
        description="Where people reach it, such as https://desk.example; printed in links, and"
        " tried by `airdesk doctor`.",
    )

    demo: bool = Field(False, description="Serve the demo shop at /demo; never on the internet.")
    trusted_proxies: str = Field(
        "127.0.0.1, ::1",
        description="Addresses and networks of the proxies in front, with commas between: from them"
        " alone X-Forwarded-For and X-Forwarded-Proto are believed. Empty: from nobody.",
    )
    log_format: Literal["auto", "console", "json"] = Field(
        "auto",
        description="Lines of the log: console for people, json for machines; auto is console on"
        " a terminal, else json.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least that is logged; debug names every connection and request."
    )
    metrics: bool = Field(False, description="Serve /metrics for Prometheus.")
    metrics_token: str = Field(
        "",
        description="Bearer token that /metrics asks for, 16 letters or more. Without one only"
        " this machine may read it, and nobody through a proxy.",
        json_schema_extra={"secret": True},
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        for one in value.split(","):
            if one.strip():
                ipaddress.ip_network(one.strip(), strict=False)
        return value

    @field_validator("metrics_token")
    @classmethod
    def _is_no_guess(cls, value: str) -> str:
        if value and (len(value) < TOKEN_LETTERS_MIN or not value.isascii() or " " in value):
            raise ValueError(f"it has {TOKEN_LETTERS_MIN} letters of ASCII or more, no spaces")
        return value

    @property
    def proxies(self) -> list[str]:
        """The trusted proxies, one by one."""
        return [one.strip() for one in self.trusted_proxies.split(",") if one.strip()]

    @property
    def log_path(self) -> Path:
        """The event log's file."""
        return self.data / "log.db"

    @property
    def directory_path(self) -> Path:
        """The directory's file."""
        return self.data / "directory.db"

    @property
    def views_path(self) -> Path:
        """The file of the conversations' views, made of the log."""
        return self.data / "views.db"

    @property
    def files_path(self) -> Path:
        """The folder of sent files."""
        return self.data / "files"

    def reached_at(self, port: int | None = None) -> str:
        """Give the address by which people reach it, for links that are printed."""
        if self.address:
            return self.address
        is_local = self.host in ("127.0.0.1", "0.0.0.0", "::", "::1")
        name = "localhost" if is_local else f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.port if port is None else port}"

    @property
    def key_path(self) -> Path:
        """The secret key's file."""
        return self.data / "secret.key"

    @property
    def restoring_path(self) -> Path:
        """Stands in the folder while a restore writes into it."""
        return self.data / "restore.unfinished"

    @property
    def link_path(self) -> Path:
        """The Unix socket between home and gateways."""
        return self.data / "home.sock"

    def environment(self) -> dict[str, str]:
        """Give the environment of a child process that has the same settings."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        values |= {"data": self.data.absolute(), "web": self.web.absolute()}
        ours = {
            variable_of(name): str(int(value) if isinstance(value, bool) else value)
            for name, value in values.items()
        }
        others = {name: value for name, value in os.environ.items() if name != CONFIG_VARIABLE}
        return others | ours


def variable_of(name: str) -> str:
    """Give the environment's name of a setting."""
    return f"{ENVIRONMENT_PREFIX}{name.upper()}"


def choose_file(config: Path) -> None:
    """Let every later `load_settings` of this process read this file."""
    os.environ[CONFIG_VARIABLE] = str(config)


def load_settings(config: Path | None = None, **given: object) -> Settings:
    """Read the settings of this process.

    Args:
        config: the file; None for the one that AIRDESK_CONFIG names, or none.
        given: settings from the command line; None for those that it does not name.

    Raises:
        SettingsRefused: the file cannot be read, or a setting does not exist or does not fit.
    """
    if config is None and os.environ.get(CONFIG_VARIABLE):
        config = Path(os.environ[CONFIG_VARIABLE])
    from_file = {} if config is None else _read_file(config)
    from_line = {name: value for name, value in given.items() if value is not None}
    in_environment = {name.lower() for name in os.environ}
    weaker = {
        name: value
        for name, value in from_file.items()
        if name not in from_line and variable_of(name).lower() not in in_environment
    }
    try:
        return Settings(**{**weaker, **from_line})  # type: ignore[arg-type]
    except ValidationError as error:
        faults = []
        for one in error.errors(include_input=False):
            name = ".".join(map(str, one["loc"]))
            faults.append(f"{_place(name, from_line, weaker, config)}: {one['msg']}")
        raise SettingsRefused(where="settings", reason="; ".join(faults)) from None


def unknown_variables() -> dict[str, str]:
    """Give the variables that look like settings and are none, each with the likely one or ""."""
    known = {variable_of(name) for name in Settings.model_fields} | {CONFIG_VARIABLE}
    found = [
        name
        for name in os.environ
        if name.upper().startswith(ENVIRONMENT_PREFIX) and name.upper() not in known
    ]
    return {name: _nearest(name.upper(), known) for name in sorted(found)}


def _place(name: str, line: dict[str, object], weaker: dict[str, object], config: object) -> str:
    if name in line:
        return f"--{name.replace('_', '-')}"
    return f"{name} in {config}" if name in weaker else variable_of(name)


def _read_file(path: Path) -> dict[str, object]:
    """Read a TOML file of settings; every name in it is one."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsRefused(where=path, reason=error.strerror) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsRefused(where=path, reason=f"it is no TOML: {error}") from None
    for name in values:
        if name not in Settings.model_fields:
            likely = _nearest(name, set(Settings.model_fields))
            hint = f"; is {likely} meant?" if likely else ""
            raise SettingsRefused(where=path, reason=f"there is no setting {name}{hint}")
    return values


def _nearest(name: str, known: set[str]) -> str:
    return next(iter(get_close_matches(name, sorted(known), n=1)), "")
