"""What `forkreel bench --live` has measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

Say = Callable[[str], None]


@dataclass
class LiveResults:
    """What was measured; times in milliseconds."""

    viewers_connected: int = 0
    encoders_with_1_viewer: int = 0
    encoders_with_100_viewers: int = 0
    pictures_encoded_a_second_with_100_viewers: float = 0.0
    choice_to_picture_p95_ms: float = 0.0
    offer_to_picture_p95_ms: float = 0.0
    viewers_in_a_burst: int = 0
    burst_s: float = 0.0
    keyframes_of_a_burst: int = 0
    burst_offer_to_picture_p95_ms: float = 0.0
    join_core_ms: float = 0.0
    vote_to_ack_median_ms: float = 0.0
    vote_to_ack_p95_ms: float = 0.0
    kill_to_pictures_p95_ms: float = 0.0
    acknowledged_events_lost: int = 0
    memory_growth_percent: float = 0.0
    left_over: str = ""
    viewers_on_one_core: int = 0
    viewers_lost_percent: float = 0.0
    viewers_frame_gap_p99_ms: float = 0.0
    viewers_core_percent: float = 0.0
    viewers_kbps: float = 0.0
    packet_us: float = 0.0
    packet_more_us: float = 0.0
    plain_viewers_on_one_core: int = 0
    plain_core_percent_a_viewer: float = 0.0
    core_percent_a_viewer: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)
