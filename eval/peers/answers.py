"""The lines of a peer comparison's `answers.jsonl`: both engines' replies to one question."""

from pydantic import BaseModel, ConfigDict

from eval.metrics.scored_answer import ScoredAnswer


class EngineAnswer(BaseModel):
    """One engine's reply and its scores."""

    model_config = ConfigDict(extra="allow")

    text: str
    case: ScoredAnswer


class PeerLine(BaseModel):
    """The replies of both engines to one question, or the error of the one that failed."""

    key: str
    set: str
    id: str
    question: str
    error: str | None = None
    onrecord: EngineAnswer | None = None
    llamaindex: EngineAnswer | None = None

    def case_of(self, engine: str) -> ScoredAnswer:
        """Return the scores of an engine's reply, on a line without an error."""
        answer: EngineAnswer = getattr(self, engine)
        return answer.case
