"""story: Jinja-templated YAML in, an immutable `Story` and a small serialisable `Playthrough` out.

Knows no time, frame, network or tensor, and imports nothing of ours but the errors.
"""
