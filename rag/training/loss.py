"""What the reader is trained for: of all windows of a question the right words, or none.

Start and end are each chosen among the tokens of all windows of the question and "no answer" (Clark and
Gardner, 2018).  A token's score is its logit less that of its own window's first token, so that the margin that
the product takes within one window is the very score that is compared over windows.
"""

import torch
from torch import Tensor, nn

from rag.training.batches import Batch

EVIDENCE_WEIGHT, ANSWER_WEIGHT = 1.0, 0.5
OUT = -1e4
"""The score of a token that cannot be chosen."""


def losses(logits: tuple[Tensor, Tensor, Tensor, Tensor], batch: Batch) -> dict[str, Tensor]:
    """Span, evidence and answerability losses of a batch."""
    start, end, evidence, answer = logits
    span = (chosen(start, batch.starts, batch) + chosen(end, batch.ends, batch)) / 2
    known = batch.known.float()
    marked = nn.functional.binary_cross_entropy_with_logits(evidence, batch.evidence.float(), reduction="none")
    text = batch.text.float()
    return {
        "span": (span * known).sum() / known.sum().clamp(min=1),
        "evidence": (marked * text).sum() / text.sum().clamp(min=1),
        "answer": nn.functional.binary_cross_entropy_with_logits(answer, batch.answers),
    }


def total(parts: dict[str, Tensor]) -> Tensor:
    """The losses, weighed."""
    return parts["span"] + EVIDENCE_WEIGHT * parts["evidence"] + ANSWER_WEIGHT * parts["answer"]


def chosen(logits: Tensor, gold: Tensor, batch: Batch) -> Tensor:
    """For each question, minus the log of the chance of its gold places, or of no answer where it has none."""
    scores = logits - logits[:, :1]
    everything = torch.logaddexp(_by_question(scores, batch.text, batch), scores.new_zeros(()))
    right = _by_question(scores, gold & batch.text, batch)
    return everything - torch.where(batch.answerable, right, torch.zeros_like(right))


def _by_question(scores: Tensor, allowed: Tensor, batch: Batch) -> Tensor:
    """The log of the summed exponentials over the allowed tokens of each question's windows."""
    by_window = torch.logsumexp(scores.masked_fill(~allowed, OUT), 1)
    mine = batch.owners[None, :] == torch.arange(len(batch.answerable), device=scores.device)[:, None]
    return torch.logsumexp(by_window[None, :].masked_fill(~mine, OUT), 1)
