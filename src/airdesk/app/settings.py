"""All configuration, from the environment and the command line. Nothing else reads any."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

WEB_DIST = Path(__file__).resolve().parents[3] / "web" / "apps" / "plain" / "dist"


class Settings(BaseSettings):
    """Settings of one process; each is read from AIRDESK_<NAME>, too."""

    model_config = SettingsConfigDict(env_prefix="AIRDESK_", extra="ignore")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 for a free one.")
    data: Path = Field(Path("data"), description="Folder that holds everything.")
    workers: int = Field(
        0, ge=0, le=256, description="Gateway processes; 0 for one process that is all."
    )
    agents: int = Field(2, ge=1, le=5000, description="Seats of the built-in account.")
    capacity: int = Field(5, ge=0, le=1000, description="Conversations an agent may hold.")
    web: Path = Field(WEB_DIST, description="Folder of the built pages.")

    @property
    def log_path(self) -> Path:
        """The event log's file."""
        return self.data / "log.db"

    @property
    def views_path(self) -> Path:
        """The file of lists and search, which can be made anew from the log."""
        return self.data / "views.db"

    @property
    def key_path(self) -> Path:
        """The secret key's file."""
        return self.data / "secret.key"

    @property
    def link_path(self) -> Path:
        """The Unix socket between home and gateways."""
        return self.data / "home.sock"
