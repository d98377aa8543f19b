"""Measures how many follow-ups the rules make standalone: `python -m eval.runs.follow_ups eval/sample/chains.jsonl`.

The held-out half of the conversations is not used to develop the rules; its failures are listed only on request.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import Stemmer
import typer
from pydantic import BaseModel

from eval.sets.formats import read_models
from index.errors import QuestionError
from rag.understanding.follow_up import standalone_by_rule
from rag.understanding.history import Turn
from rag.understanding.phrases import BE_OR_HAVE, DO_OR_MODAL

_WORD = re.compile(r"[\w&]+(?:['’.,-]\w+)*")
_LIGHT = BE_OR_HAVE | DO_OR_MODAL | frozenset("a an the and so ok okay of in at on for from to by please".split())
_STEMMER = Stemmer.Stemmer("english")


class ChainTurn(BaseModel):
    """What the user typed, the reply, and every standalone question that counts as right."""

    question: str
    reply: str
    standalone: list[str]


class Chain(BaseModel):
    """A conversation, and whether it belongs to the held-out half."""

    id: str
    kept: bool
    turns: list[ChainTurn]


def read_chains(path: Path) -> Iterator[Chain]:
    """Yield the conversations of a JSON Lines file; raises QuestionError, naming the line, for an invalid one."""
    return read_models(path, Chain, "eval/sample/chains.jsonl")


def meaning(question: str) -> list[str]:
    """Return the stems of the words that determine what is asked: no articles, auxiliaries or simple prepositions."""
    words = (word.replace("’", "'").removesuffix("'s").strip("'") for word in _WORD.findall(question.lower()))
    return list(_STEMMER.stemWords([word for word in words if word not in _LIGHT]))


def is_right(made: str, forms: Sequence[str]) -> bool:
    """Return whether a rewriting has all words of one right form, in order, and no word that no right form has.

    So a different article is accepted, but a different, missing or extra subject is not.
    """
    words, right = meaning(made), [meaning(form) for form in forms]
    allowed = {word for form in right for word in form}
    return set(words) <= allowed and any(_in_order(form, words) for form in right)


def _in_order(needed: Sequence[str], words: Sequence[str]) -> bool:
    rest = iter(words)
    return all(word in rest for word in needed)


def rewrites(chain: Chain) -> Iterator[tuple[str, bool]]:
    """Yield the rewriting of each turn after the first, given all turns before it, and whether it is right."""
    for number, turn in enumerate(chain.turns[1:], start=2):
        pairs = [(Turn("user", each.question), Turn("assistant", each.reply)) for each in chain.turns[: number - 1]]
        made = standalone_by_rule(turn.question, [message for pair in pairs for message in pair])
        right = is_right(made, turn.standalone)
        yield f"  {chain.id}, turn {number}: {turn.question!r} became {made!r}", right


def report(chains: Sequence[Chain], show_kept: bool) -> Iterator[str]:
    """Yield the share of right follow-ups in each half, followed by the wrong ones that may be shown."""
    for kept, half in ((False, "open"), (True, "kept")):
        done = [rewrite for chain in chains if chain.kept == kept for rewrite in rewrites(chain)]
        wrong = [line for line, is_right in done if not is_right]
        right = len(done) - len(wrong)
        yield f"{half}: {right} of {len(done)} follow-ups right ({right / max(len(done), 1):.3f})"
        yield from wrong if show_kept or not kept else ()


def main(chains: Path, show_kept: bool = False) -> None:
    """Print the share of follow-ups that the rules make standalone, in the open and the held-out half."""
    try:
        print(*report(list(read_chains(chains)), show_kept), sep="\n")
    except QuestionError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    typer.run(main)
