"""web: aiohttp. Pages, WHEP signalling, the websocket, the API and the metrics. Decides nothing about a show."""
