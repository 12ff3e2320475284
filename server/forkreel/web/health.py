"""Whether the server lives, whether its model is warm, and its figures for Prometheus."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from forkreel.stage.histogram import Histogram
from forkreel.stream.broadcast import BroadcastStats
from forkreel.web.guard import REFUSALS, Refusals, bearer
from forkreel.web.problem import Problem
from forkreel.web.session import Session
from forkreel.web.sessions import Sessions
from forkreel.web.theatre import SESSIONS, SETTINGS, THEATRE

_HERE = ("127.0.0.1", "::1")
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
_REGISTRY = web.AppKey("registry", CollectorRegistry)


def add_health(app: web.Application) -> None:
    """Add the routes that operators ask."""
    registry = CollectorRegistry()
    registry.register(_Figures(app[SESSIONS], app[REFUSALS]))
    app[_REGISTRY] = registry
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)


async def healthz(request: web.Request) -> web.Response:
    """200 while the event loop turns."""
    return web.json_response({"status": "alive"})


async def readyz(request: web.Request) -> web.Response:
    """200 once the model is warm, 503 before."""
    if request.app[THEATRE].ready:
        return web.json_response({"status": "ready"})
    return web.json_response({"status": "warming"}, status=503, headers={"Retry-After": "2"})


async def metrics(request: web.Request) -> web.Response:
    """The figures in Prometheus' text format, for who has the settings' token, or where there is none this machine."""
    expected = request.app[SETTINGS].metrics_token
    if expected is None:
        if request.remote not in _HERE or any(name in request.headers for name in _FORWARDED):
            raise Problem(
                403, "not_here", "the figures are for this machine alone; FORKREEL_METRICS_TOKEN lets others in"
            )
    elif not hmac.compare_digest((bearer(request) or "").encode(), expected.encode()):
        raise Problem(401, "no_token", "the figures need their bearer token", {"WWW-Authenticate": "Bearer"})
    return web.Response(body=generate_latest(request.app[_REGISTRY]), headers={"Content-Type": CONTENT_TYPE_LATEST})


class _Figures:
    """Reads the figures off the sessions when they are asked for."""

    def __init__(self, sessions: Sessions, refusals: Refusals) -> None:
        self._sessions = sessions
        self._refusals = refusals

    def collect(self) -> Iterator[Metric]:
        """What prometheus_client calls."""
        sessions = self._sessions.all()
        stages = [session.stage.stats() for session in sessions]
        yield CounterMetricFamily("forkreel_shows_opened", "shows since the start", self._sessions.opened)
        yield CounterMetricFamily("forkreel_shows_failed", "shows that ended on a fault", self._sessions.failed)
        yield GaugeMetricFamily("forkreel_shows", "shows now", len(sessions))
        yield GaugeMetricFamily(
            "forkreel_viewers",
            "viewers whose media is connected",
            sum(session.broadcast.viewers for session in sessions),
        )
        yield GaugeMetricFamily(
            "forkreel_websockets", "open websockets", sum(len(session.listeners) for session in sessions)
        )
        for name in ("painted", "repeated", "skipped"):
            total = sum(getattr(stats, name) for stats in stages)
            yield GaugeMetricFamily(f"forkreel_ticks_{name}", f"ticks of the present shows that were {name}", total)
        for name, what in (("hit", "had"), ("missed", "had not")):
            total = sum(getattr(stats, f"branches_{name}") for stats in stages)
            yield GaugeMetricFamily(
                f"forkreel_branches_{name}", f"answers to present shows whose branch {what} been made ready", total
            )
        cost_s = sum(stats.branches_ms for stats in stages) / 1000
        yield GaugeMetricFamily(
            "forkreel_branches_seconds", "what making branches ready has cost present shows", cost_s
        )
        streams = [session.broadcast.stats() for session in sessions]
        yield GaugeMetricFamily("forkreel_pending_viewers", "viewers who connect", sum(s.pending for s in streams))
        yield GaugeMetricFamily(
            "forkreel_keyframes", "keyframes of the present shows", sum(s.keyframes for s in streams)
        )
        dropped = sum(s.packets_dropped for s in streams)
        yield GaugeMetricFamily("forkreel_packets_dropped", "packets that viewers were too slow for", dropped)
        yield GaugeMetricFamily("forkreel_encoders", "picture encoders that run", sum(s.encoders for s in streams))
        on_tier = GaugeMetricFamily("forkreel_viewers_on_tier", "viewers by tier, 0 the best", labels=["tier"])
        for tier, counts in enumerate(zip(*(s.viewers_on_tier for s in streams), strict=True)):
            on_tier.add_metric([str(tier)], sum(counts))
        yield on_tier
        encoding = max((s.encode_ms_p95 for s in streams), default=0.0)
        yield GaugeMetricFamily("forkreel_encode_seconds", "p95 of encoding a tick, slowest show", encoding / 1000)
        yield GaugeMetricFamily("forkreel_journal_waiting", "jobs that wait for the database", self._sessions.unwritten)
        yield from self._queues(sessions, streams)
        yield self._choices(sessions)
        refused = CounterMetricFamily("forkreel_refusals", "what was refused", labels=("door", "code"))
        for (door, code), count in sorted(self._refusals.items()):
            refused.add_metric((door, code), count)
        yield refused
        slowest = max((stats.paint_ms for stats in stages), default=0.0)
        yield GaugeMetricFamily("forkreel_paint_seconds", "median time of a painting, slowest show", slowest / 1000)

    def _queues(self, sessions: Sequence[Session], streams: Sequence[BroadcastStats]) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("forkreel_queue", "what waits in the longest queue of its kind", labels=("queue",))
        waiting.add_metric(("mailbox",), max((session.stage.waiting for session in sessions), default=0))
        waiting.add_metric(("packets",), max((stats.packets_waiting for stats in streams), default=0))
        behind = (listener.behind for session in sessions for listener in session.listeners)
        waiting.add_metric(("websocket_bytes",), max(behind, default=0))
        waiting.add_metric(("journal",), self._sessions.unwritten)
        yield waiting

    def _choices(self, sessions: Sequence[Session]) -> Metric:
        total = Histogram()
        total.add(self._sessions.choices)
        for session in sessions:
            total.add(session.stage.choices)
        buckets, sum_s = total.buckets()
        name = "forkreel_choice_to_frame_seconds"
        return HistogramMetricFamily(name, "from a choice to the first picture after it", buckets, sum_s)
