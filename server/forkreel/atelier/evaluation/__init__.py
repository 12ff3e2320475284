"""evaluation: the figures of a house model on settings that it never saw. Each measure is a function that says its
formula.

`report.evaluate` calls them all. Nothing here learns anything that a model is played with.
"""
