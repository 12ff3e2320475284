"""sound: what is heard, on the same frame clock as the picture. Knows moments and axes, no threads and no network."""
