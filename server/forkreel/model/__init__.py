"""model: turns a prompt, axes and a seed into a point in latent space, and paints points.

Knows nothing of stories, time or viewers. Only this room (and the atelier that trains it) imports torch, and only
inside the engines: `protocol` and `testcard` work without it.
"""
