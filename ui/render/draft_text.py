"""A checked draft as lines of plain text for the terminal."""

from collections.abc import Iterator, Sequence

from rag.draft import Checked
from ui.render.printable import printable


def draft_lines(checked: Sequence[Checked]) -> Iterator[str]:
    """Yield each sentence after its verdict, then the sentences that decide it with their article."""
    for number, each in enumerate(checked):
        yield from [""] if number else []
        yield f"{each.verdict.capitalize()}: {printable(each.sentence)}"
        if each.statement and each.statement.reason:
            yield f"    ({printable(each.statement.reason)})"
        for citation in each.citations:
            facts = (citation.title, citation.source, citation.published or "undated", citation.url)
            yield f"    {printable(' '.join(citation.sentence.split()))}"
            yield f"    {printable(' · '.join(fact for fact in facts if fact))}"
