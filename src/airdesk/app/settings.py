"""All configuration, from the environment and the command line. Nothing else reads any."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

WEB_APPS = Path(__file__).resolve().parents[3] / "web" / "apps"


class Settings(BaseSettings):
    """Settings of one process; each is read from AIRDESK_<NAME>, too."""

    model_config = SettingsConfigDict(env_prefix="AIRDESK_", extra="ignore")

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
    capacity: int = Field(5, ge=0, le=1000, description="Conversations an agent may hold.")
    web: Path = Field(WEB_APPS, description="Folder of the applications and their built pages.")
    address: str = Field(
        "",
        pattern=r"^(https?://[^/\s]+)?$",
        description="Where people reach it, such as https://desk.example; printed in links.",
    )

    demo: bool = Field(False, description="Serve the demo shop at /demo; never on the internet.")

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
    def link_path(self) -> Path:
        """The Unix socket between home and gateways."""
        return self.data / "home.sock"
