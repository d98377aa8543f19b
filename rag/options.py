"""How one question is to be answered: which articles are asked, who writes, what is shown."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from index.errors import QuestionError
from rag.filters import Filters

if TYPE_CHECKING:
    from datetime import date

    from rag.llm.base import Model

Unsupported = Literal["marked", "hidden", "shown"]
MOST_SENTENCES = 10


@dataclass(frozen=True)
class Options:
    """The choices for one question; an engine has its own for those who make none.

    Without a `model` the answer is quoted, `sentences` at most, 1 to 10 (None: as many as add something).
    `unsupported` says what becomes of written statements that the articles do not support; `today` is the day the
    model is told (None: the day it is); `open_article` is the id of the article that "this article" means.
    Raises QuestionError for another number of sentences.
    """

    filters: Filters = field(default_factory=Filters)
    model: "Model | None" = None
    unsupported: Unsupported = "marked"
    sentences: int | None = None
    today: "date | None" = None
    open_article: str | None = None

    def __post_init__(self) -> None:
        if self.sentences is not None and not 1 <= self.sentences <= MOST_SENTENCES:
            raise QuestionError(
                f"An answer cannot quote {self.sentences} sentences at most: choose 1 to {MOST_SENTENCES}."
            )
