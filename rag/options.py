"""How one question is to be answered: which articles are asked, who writes, what is shown."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from rag.filters import Filters

if TYPE_CHECKING:
    from datetime import date

    from rag.llm import Model

Unsupported = Literal["marked", "hidden", "shown"]


@dataclass(frozen=True)
class Options:
    """The choices for one question; an engine has its own for those who make none.

    Without a `model` the answer is quoted, `sentences` at most (None: as many as add something). `unsupported` says
    what becomes of written statements that the articles do not support; `today` is the day the model is told
    (None: the day it is).
    """

    filters: Filters = field(default_factory=Filters)
    model: "Model | None" = None
    unsupported: Unsupported = "marked"
    sentences: int | None = None
    today: "date | None" = None
