"""Every limit and default of a running server; each may be set by an environment variable `FORKREEL_...`."""

from __future__ import annotations

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SAMPLE_RATE = 48_000  # of the sound


class Settings(BaseSettings):
    """What `forkreel serve` runs with. Sizes are in bytes, times in seconds."""

    model_config = SettingsConfigDict(env_prefix="FORKREEL_", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    model: str = "house"
    size: tuple[int, int] | None = None
    """Width and height of the picture; None is what the model paints best live."""
    fps: int = Field(24, ge=24, le=60)
    """Frames a second: rates of which one lasts a whole number of samples at 48 kHz."""
    database: str | None = None
    """Where sessions are kept: a URL as SQLAlchemy reads it, SQLite or PostgreSQL; None is SQLite in the user's state
    folder."""
    keep_days: float = Field(30.0, gt=0)
    """A session that nobody has seen for so long is forgotten."""
    bitrate_bps: int | None = Field(None, ge=100_000)
    """Video of each show; None is what fits the size: 1.8 Mbit/s at 512x288, 4.1 at 1024x576."""

    public_url: str | None = None
    """Where others reach this server, for links and QR codes, as in `https://films.example`; None is what the browser
    that opens a room calls it."""
    workers: int = Field(1, ge=1, le=64)
    """Processes that share the sessions, behind one port; every limit below is each one's own."""
    max_viewers: int = Field(200, ge=1)
    """Viewers of one room."""
    strangers_a_minute: int = Field(120, ge=1)
    """Wrong tokens, sessions and codes from one address."""
    max_sessions: int = Field(4, ge=1)
    """Shows at a time. Each paints for itself: more than a small machine can paint helps nobody."""
    grace_s: float = Field(600.0, ge=0)
    """How long a show waits for a viewer who was lost."""
    leave_grace_s: float = Field(10.0, ge=0)
    """How long a show waits after its viewer said goodbye (a page that reloads comes back at once)."""
    evict_after_s: float = Field(20.0, ge=0)
    """When the server is full, a show without viewers for this long makes room for a new one."""

    max_body_bytes: int = Field(64 * 1024, ge=1024)
    """SDP offers and other bodies."""
    offers_a_minute: int = Field(5, ge=1)
    """Of each viewer; and of each address without a seat, which is then not listened to any more."""
    max_media_lines: int = Field(4, ge=1)
    """m-lines of an offer."""
    max_candidates: int = Field(20, ge=0)
    """Candidates of an offer that are tried; viewers are found without them."""
    peers_a_session: int = Field(4, ge=1)
    """Media connections of one viewer; the oldest goes first."""
    max_peers: int = Field(1000, ge=1)
    """Media connections of the whole server."""
    connections_a_second: float = Field(250.0, gt=0)
    """At most so many are let in; the others wait at the door."""
    max_pending: int = Field(64, ge=1)
    """Media connections of a show that are just being made."""
    pending_s: float = Field(10.0, gt=0)
    """How long one may take to be made."""
    consent_s: float = Field(2.0, gt=0)
    """How often a viewer is asked whether it still listens (RFC 7675)."""
    consent_failures: int = Field(3, ge=1)
    """After so many questions without an answer it is gone."""
    keyframe_gap_s: float = Field(0.25, ge=0)
    """Between two keyframes that viewers of a stream ask for."""
    ice_urls: tuple[str, ...] = ()
    """STUN servers that this server asks for its address. None by default: nobody outside hears of a viewer."""
    ice_loopback: bool = False
    """Media over 127.0.0.1 alone: for a machine without a network, whose only viewer sits before it."""
    turn_urls: tuple[str, ...] = ()
    """TURN servers that viewers are told of, such as `turn:turn.example:3478?transport=udp`."""
    turn_secret: str | None = Field(None, min_length=16, repr=False)
    """The secret that this server and the TURN servers share (coturn's `static-auth-secret`)."""
    turn_s: float = Field(3600.0, ge=60)
    """How long the credentials for them hold."""

    private_candidates: bool = False
    """Whether addresses of private networks in an offer are tried. They need not be: viewers are found by their own
    checks, while an offer could aim the server's at any machine in its network."""
    metrics_token: str | None = Field(None, min_length=16, repr=False)
    """The bearer token for `/metrics`; None lets this machine alone read them, and nobody through a proxy."""

    max_message_bytes: int = Field(8 * 1024, ge=256)
    messages_a_second: float = Field(10.0, gt=0)
    steers_a_second: float = Field(40.0, gt=0)
    ping_s: float = Field(15.0, gt=0)
    max_backlog_bytes: int = Field(64 * 1024, ge=4096)
    """What may wait to be sent to a websocket; who reads slower is sent away."""
    ticket_s: float = Field(30.0, gt=0)
    """How long a ticket for the websocket waits to be used."""
    max_sockets: int = Field(8, ge=1)
    """Websockets of one viewer."""
    allowed_origins: tuple[str, ...] = ()
    """Origins beside the server's own whose pages may open a websocket, such as `https://films.example`."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses of reverse proxies before this server, whose `X-Forwarded-For` is believed."""

    @model_validator(mode="after")
    def _shared_secret(self) -> Settings:
        if self.turn_urls and self.turn_secret is None:
            raise ValueError("TURN servers need the secret that they share with this server: FORKREEL_TURN_SECRET")
        return self

    @field_validator("fps")
    @classmethod
    def _whole_samples(cls, fps: int) -> int:
        if SAMPLE_RATE % fps:
            whole = ", ".join(str(rate) for rate in range(24, 61) if SAMPLE_RATE % rate == 0)
            raise ValueError(f"a frame has to last a whole number of samples at 48 kHz: take one of {whole}")
        return fps
