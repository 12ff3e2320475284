"""forkreel plays films that fork: a story, a model that paints it live, and viewers who choose while they watch."""

__version__ = "0.1.0"
