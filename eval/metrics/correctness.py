"""Whether a reply is right, as a single yes or no, for a report's worst answers and for flips between two runs."""

from eval.metrics.scored_answer import ScoredAnswer


def is_correct(case: ScoredAnswer) -> bool | None:
    """Return whether a reply is right; None if the question set does not say.

    For an unanswerable question, a refusal is right. For any other, a reply is right if its first evidence sentence
    is gold or, where no gold sentence is known, if it contains a gold answer.
    """
    if case.answerable is False:
        return case.refused
    known = [case.figures.get(name) for name in ("evidence_hit@1", "contained")]
    score = next((value for value in known if value is not None), None)
    if case.refused:
        return False if case.answerable or score is not None else None
    return None if score is None else score > 0
