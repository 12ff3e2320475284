"""stream: encodes a stage's pictures and sound once and fans the packets out to WebRTC peers. Knows nothing else of ours."""
