"""The exception tree: everything that forkreel raises on purpose, so that a caller can catch one branch.

    ForkreelError
    ├── StoryError          a story file that cannot be played; carries every diagnostic
    ├── Refused             a viewer's event that does not fit the show just now; carries a code
    ├── ModelError          a model that cannot be opened or asked
    │   ├── UnknownModel    neither a built-in name nor a folder in diffusers layout
    │   ├── MissingWeights  a folder that lacks a part of the model
    │   ├── OutOfMemory     no memory for a picture just now; a draft may need less
    │   ├── PromptError     a prompt that the model cannot read
    │   └── AxisError       an axis the model does not have, or a value outside its range
    ├── VoiceError          a voice that cannot be loaded, or a text that it cannot say
    ├── AudioError          a sound file of a story that cannot be played
    ├── StreamError         an offer or a peer connection that cannot be served
    ├── JournalError        a journal that cannot be opened, read or written
    ├── ServeError          the server cannot start (a port in use, no story to play)
    ├── WatchError          a show that cannot be watched from here
    └── RenderError         a story that cannot be told into a folder

A message says what was found, what was expected and where. It is meant to be shown to the person who can mend it.
"""

from __future__ import annotations


class ForkreelError(Exception):
    """Anything that forkreel raises on purpose."""


class StoryError(ForkreelError):
    """A story that cannot be played; its text lists the diagnostics, one below the other."""


class Refused(ForkreelError):
    """A viewer's event that does not fit the show just now; the show goes on unchanged.

    `code` is one stable word for programs (`late`, `not_on_offer`, ...), the message is for people.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ModelError(ForkreelError):
    """A model that cannot be opened or asked."""


class UnknownModel(ModelError):
    """The name is neither a built-in model nor a folder in diffusers layout."""


class MissingWeights(ModelError):
    """The model's folder lacks a file that it needs."""


class OutOfMemory(ModelError):
    """There is no memory for a picture just now."""


class AxisError(ModelError):
    """An axis the model does not have, or a value it cannot take."""


class PromptError(ModelError):
    """A prompt that the model cannot read: an empty one, or one that is too long."""


class VoiceError(ForkreelError):
    """A voice that cannot be loaded, or a text that it cannot say; the show goes on with captions."""


class AudioError(ForkreelError):
    """A sound file of a story that cannot be played; the show goes on without it."""


class StreamError(ForkreelError):
    """An offer or a peer connection that cannot be served; `status` is the HTTP status that says so."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class JournalError(ForkreelError):
    """A journal that cannot be opened, read or written, or a session that it does not have."""


class ServeError(ForkreelError):
    """The server cannot start."""


class WatchError(ForkreelError):
    """A show that `forkreel watch` cannot watch, or not to its end."""


class RenderError(ForkreelError):
    """A story that `forkreel render` cannot tell to its end, or not into that folder."""
