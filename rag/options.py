"""Options of one question: which articles are searched, who writes the answer, what is shown."""

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
    """The options of one question; an engine has defaults.

    Without a `model` the answer is quoted, with at most `sentences`, 1 to 10 (None: as many as add something).
    `unsupported` says how to treat written statements that the articles do not support; `today` is the date given
    to the model (None: the current day); `open_article` is the id of the article that "this article" means;
    with `is_plain` a question is taken for one fact, whatever it reads like.
    Raises QuestionError if `sentences` is out of range.
    """

    filters: Filters = field(default_factory=Filters)
    model: "Model | None" = None
    unsupported: Unsupported = "marked"
    sentences: int | None = None
    today: "date | None" = None
    open_article: str | None = None
    is_plain: bool = False

    def __post_init__(self) -> None:
        if self.sentences is not None and not 1 <= self.sentences <= MOST_SENTENCES:
            raise QuestionError(
                f"An answer cannot quote up to {self.sentences} sentences: choose 1 to {MOST_SENTENCES}."
            )
