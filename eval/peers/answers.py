"""The lines of a peer's `answers.jsonl`: what both engines replied to one question."""

from pydantic import BaseModel, ConfigDict

from eval.metrics.scored_answer import ScoredAnswer


class EngineAnswer(BaseModel):
    """What one engine replied, and how that scored."""

    model_config = ConfigDict(extra="allow")

    text: str
    case: ScoredAnswer


class PeerLine(BaseModel):
    """The replies of both engines to one question, or the error that either of them met."""

    key: str
    set: str
    id: str
    question: str
    error: str | None = None
    onrecord: EngineAnswer | None = None
    llamaindex: EngineAnswer | None = None

    def case_of(self, engine: str) -> ScoredAnswer:
        """Return how an engine's reply scored, on a line without an error."""
        answer: EngineAnswer = getattr(self, engine)
        return answer.case
