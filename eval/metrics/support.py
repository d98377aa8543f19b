"""Whether an answer's statements are supported by their citations: recall and precision as defined by ALCE."""

from collections.abc import Iterator, Sequence

from index.embedder import Embed, remembering
from rag.answer import Citation, Statement
from rag.checking.checker import SUPPORTED, Checker


def support(statements: Sequence[Statement], citations: Sequence[Citation], embed: Embed) -> dict[str, float | None]:
    """Return the share of statements that are supported, and the share of citations that are needed.

    After citation recall and precision in ALCE (Gao et al., 2023), with the checker of written answers in
    place of their entailment model. Recall: a statement counts if the sentences it cites, taken together, support
    it; one without citations does not. Precision: a citation counts if its statement is supported and the citation
    either supports it alone or is needed for the others to do so. A statement identical to a cited sentence is
    supported by that one alone, without a check: a sentence cited with it only to show whom it means is not
    needed in this sense. None if nothing is stated, or nothing cited.
    """
    known = {citation.number: citation for citation in citations}
    checker = Checker(remembering(embed), citations)
    recalled: list[bool] = []
    precise: list[bool] = []
    for statement in statements:
        cited = [known[number] for number in statement.citations if number in known]
        recalled.append(is_supported(statement.text, cited, checker))
        precise += _precise(statement.text, cited, checker) if recalled[-1] else [False] * len(cited)
    return {"support_recall": _share(recalled), "support_precision": _share(precise)}


def is_supported(text: str, cited: Sequence[Citation], checker: Checker) -> bool:
    """Return whether the cited sentences, taken together, support a statement."""
    return checker.check(text, cited).verdict in SUPPORTED


def _precise(text: str, cited: Sequence[Citation], checker: Checker) -> Iterator[bool]:
    if checker.check(text, cited).verdict == "quoted":
        yield from (checker.check(text, [one]).verdict == "quoted" for one in cited)
        return
    for one in cited:
        others = [other for other in cited if other is not one]
        yield is_supported(text, [one], checker) or not is_supported(text, others, checker)


def _share(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None
