"""Whether a reply is right, as one yes or no: for the worst answers of a report, and for what flipped between two."""

from eval.metrics.scored_answer import ScoredAnswer


def is_correct(case: ScoredAnswer) -> bool | None:
    """Tell whether a reply is right; None if the question set does not say.

    To an unanswerable question a refusal is right. To any other a reply is right whose first evidence sentence is
    gold, or, where no gold sentence is known, one that contains a gold answer.
    """
    if case.answerable is False:
        return case.refused
    known = [case.figures.get(name) for name in ("evidence_hit@1", "contained")]
    found = next((value for value in known if value is not None), None)
    if case.refused:
        return False if case.answerable or found is not None else None
    return None if found is None else found > 0
