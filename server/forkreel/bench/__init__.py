"""Figures of a machine: `forkreel bench` prints those of `picture`, or by an option those of `sound`, `live` or `walk`.

`flood` is run as a module of its own. `sync` looks and listens at peers for `sound`.
"""
