"""Errors that a user may see. Each message is one sentence: what failed, where, and what to do now."""

from enum import StrEnum


class Problem(StrEnum):
    """Why a source yielded no article of its own."""

    UNREADABLE = "unreadable"
    PRIVATE_NETWORK = "private network"
    GONE = "gone"
    ID_TAKEN = "id taken"
    DUPLICATE = "duplicate"


class OnrecordError(Exception):
    """Base of all errors that are shown to a user by their message alone."""


class SourceError(OnrecordError):
    """A source (path, row, file content) cannot be read as articles."""

    def __init__(self, reason: str, kind: Problem = Problem.UNREADABLE) -> None:
        super().__init__(reason)
        self.kind = kind


class LibraryError(OnrecordError):
    """The library cannot be opened or used in its present state."""


class VectorsError(LibraryError):
    """The vectors are damaged. The articles are intact, and the vectors can be rebuilt from them."""


class EmptyLibraryError(LibraryError):
    """The library has no articles yet, so there is nothing to ask about."""


class QuestionError(OnrecordError):
    """A question, its history or a question set cannot be used."""
