"""The errors a user may meet. Each message is one sentence: what, where, what to do now."""

from enum import StrEnum


class Problem(StrEnum):
    """Why a source gave no article of its own."""

    UNREADABLE = "unreadable"
    PRIVATE_NETWORK = "private network"
    GONE = "gone"
    ID_TAKEN = "id taken"
    DUPLICATE = "duplicate"


class OnrecordError(Exception):
    """Base of every error that is shown to a user as its message alone."""


class SourceError(OnrecordError):
    """A source (path, row, file content) cannot be read as articles."""

    def __init__(self, reason: str, kind: Problem = Problem.UNREADABLE) -> None:
        super().__init__(reason)
        self.kind = kind


class LibraryError(OnrecordError):
    """The library cannot be opened or used as it is."""


class VectorsError(LibraryError):
    """The vectors are damaged; the articles, from which they can be made again, are not."""


class EmptyLibraryError(LibraryError):
    """There is nothing to ask: the library has no articles yet."""


class QuestionError(OnrecordError):
    """A question, its history or a question set cannot be used."""
