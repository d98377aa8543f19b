"""The reader's training objective: among all windows of a question, choose the right words, or none.

Start and end are each chosen among the tokens of all windows of the question and "no answer" (Clark and Gardner,
2018). A token's score is its logit minus that of its window's first token, so that the margin that the product uses
within one window is the same score that is compared across windows.
"""

import torch
from torch import Tensor, nn

from rag.training.batches import Batch

Logits = tuple[Tensor, Tensor, Tensor, Tensor]

EVIDENCE_WEIGHT, ANSWER_WEIGHT = 1.0, 0.5
TAUGHT_SHARE = 0.7
"""Share of the span loss that comes from the teacher, if there is one (Hinton et al., 2015)."""
OUT = -1e4
"""The score of a token that cannot be chosen."""


def losses(logits: Logits, batch: Batch, taught: Logits | None = None) -> dict[str, Tensor]:
    """Return the span, evidence and answerability losses of a batch; a teacher's logits add to the span loss."""
    start, end, evidence, answer = logits
    span = (chosen(start, batch.starts, batch) + chosen(end, batch.ends, batch)) / 2
    known = batch.known.float()
    marked = nn.functional.binary_cross_entropy_with_logits(evidence, batch.evidence.float(), reduction="none")
    text = batch.text.float()
    parts = {
        "span": (span * known).sum() / known.sum().clamp(min=1),
        "evidence": (marked * text).sum() / text.sum().clamp(min=1),
        "answer": nn.functional.binary_cross_entropy_with_logits(answer, batch.answers),
    }
    if taught:
        parts["taught"] = (likened(start, taught[0], batch) + likened(end, taught[1], batch)).mean() / 2
    return parts


def total(parts: dict[str, Tensor]) -> Tensor:
    """Return the weighted sum of the losses."""
    span = parts["span"]
    if "taught" in parts:
        span = (1 - TAUGHT_SHARE) * span + TAUGHT_SHARE * parts["taught"]
    return span + EVIDENCE_WEIGHT * parts["evidence"] + ANSWER_WEIGHT * parts["answer"]


def chosen(logits: Tensor, gold: Tensor, batch: Batch) -> Tensor:
    """Return, per question, the negative log probability of its gold positions, or of no answer if it has none."""
    scores, everything = _scores(logits, batch)
    right = _by_question(scores, gold & batch.text, batch)
    return everything - torch.where(batch.answerable, right, torch.zeros_like(right))


def likened(logits: Tensor, taught: Tensor, batch: Batch) -> Tensor:
    """Return, per question, the cross-entropy between the teacher's and the reader's choice of tokens or no answer."""
    scores, everything = _scores(logits, batch)
    wished, whole = _scores(taught, batch)
    chance = (wished - whole[batch.owners, None]).exp().masked_fill(~batch.text, 0)
    by_window = (chance * (scores - everything[batch.owners, None]).masked_fill(~batch.text, 0)).sum(1)
    by_question = torch.zeros_like(everything).index_add(0, batch.owners, by_window)
    return (-whole).exp() * everything - by_question


def _scores(logits: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """Return the tokens' scores and, per question, the log-sum-exp over its tokens and no answer."""
    scores = logits - logits[:, :1]
    return scores, torch.logaddexp(_by_question(scores, batch.text, batch), scores.new_zeros(()))


def _by_question(scores: Tensor, allowed: Tensor, batch: Batch) -> Tensor:
    """Return, per question, the log-sum-exp over the allowed tokens of its windows."""
    by_window = torch.logsumexp(scores.masked_fill(~allowed, OUT), 1)
    mine = batch.owners[None, :] == torch.arange(len(batch.answerable), device=scores.device)[:, None]
    return torch.logsumexp(by_window[None, :].masked_fill(~mine, OUT), 1)
