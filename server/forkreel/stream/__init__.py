"""stream: encodes a stage's pictures and sound once, and fans the packets out to WebRTC peers.

Knows nothing else of ours: to it a show is a row of pictures and blocks of sound on a clock that never stops.
"""
