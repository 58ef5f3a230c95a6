"""The environment → Settings: the one reader of environment variables (docs/settings.md)."""

from functools import cache
from typing import Final

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

#: The slowest pace at which the service says that it runs.
HEARTBEAT_SECONDS_MAX: Final = 3600


class Settings(BaseSettings):
    """What the operator may choose; every field is the environment variable `PARTITA_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="PARTITA_", extra="ignore")

    database_url: str = Field("sqlite:///partita.db", description="where the books are kept")
    fund: str = Field("main", description="the fund that a command speaks of")
    nodes: dict[str, SecretStr] = Field(
        default_factory=dict, description="JSON object: network → address of its node"
    )
    confirming_nodes: dict[str, SecretStr] = Field(
        default_factory=dict,
        description="JSON object: network → address of a second node that confirms the first",
    )
    allow_private_nodes: bool = Field(
        default=False, description="whether nodes and price servers may have private addresses"
    )
    node_timeout_seconds: int = Field(30, ge=1, le=600, description="for one whole answer")
    host: str = Field("127.0.0.1", description="where `partita serve` listens")
    port: int = Field(8321, ge=1, le=65535, description="the port it listens on")
    body_bytes_max: int = Field(1_048_576, ge=1024, description="largest body of a request")
    import_bytes_max: int = Field(67_108_864, ge=1024, description="largest imported file")
    heartbeat_seconds: int = Field(
        60,
        ge=0,
        le=HEARTBEAT_SECONDS_MAX,
        description="how often the service says that it runs; 0 is never",
    )
    log_level: str = Field("warning", description="debug, info, warning or error")


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
