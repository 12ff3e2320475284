"""watch: a viewer without a browser. It sits down in a show, sees, hears, chooses, and reports what arrived.

Knows the server from outside alone: HTTP, the websocket and WebRTC. `python -m forkreel.watch URL` watches and prints.
"""

from forkreel.watch.report import WatchReport
from forkreel.watch.viewer import watch

__all__ = ["WatchReport", "watch"]
