"""All windows of a question share one choice; the torch parts are tried where the `train` extra is installed."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from tokenizers import Tokenizer, models, pre_tokenizers, processors  # noqa: E402

from rag.ranking.encoding import load_tokenizer  # noqa: E402
from rag.training.batches import Batch, batches, to_batch  # noqa: E402
from rag.training.loss import chosen, likened  # noqa: E402
from rag.training.questions import Question  # noqa: E402
from rag.training.windows import Window  # noqa: E402

GOLD = Window("", "", "Ana built it .", ((0, 3),), ((0, 14),))
OTHER = Window("Pell", "", "Tom sold it long ago .")


@pytest.fixture
def tokenizer(tmp_path: Path) -> Tokenizer:
    words = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "Who", "built", "it", "?", "Ana", "Tom", "sold", "long", "ago", "."]
    made = Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, "[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    made.save(str(tmp_path / "tokenizer.json"))
    return load_tokenizer(tmp_path / "tokenizer.json")


def batch(tokenizer: Tokenizer, *windows: tuple[Window, ...]) -> Batch:
    return to_batch([Question("test", "Who built it ?", True, each) for each in windows], tokenizer)


def test_the_gold_place_is_the_answers_token(tokenizer: Tokenizer) -> None:
    made = batch(tokenizer, (GOLD, OTHER))
    row = int(made.starts.any(1).nonzero())
    assert tokenizer.id_to_token(int(made.inputs[0][row][made.starts[row]])) == "Ana"
    assert made.answerable.tolist() == [True]
    assert not made.text[:, 0].any()


def test_equal_scores_share_the_chance_over_all_windows_and_no_answer(tokenizer: Tokenizer) -> None:
    made = batch(tokenizer, (GOLD, OTHER))
    flat = torch.zeros(made.text.shape)
    assert chosen(flat, made.starts, made).exp().item() == pytest.approx(made.text.sum().item() + 1)


def test_a_rival_window_lowers_the_chance_and_another_question_does_not(tokenizer: Tokenizer) -> None:
    alone = batch(tokenizer, (GOLD,))
    rivalled = batch(tokenizer, (GOLD, OTHER))
    beside = batch(tokenizer, (GOLD,), (OTHER,))
    costs = [chosen(torch.zeros(made.text.shape), made.starts, made) for made in (alone, rivalled, beside)]
    assert costs[1][0] > costs[0][0] == costs[2][0]


def test_scores_are_counted_from_each_windows_own_first_token(tokenizer: Tokenizer) -> None:
    made = batch(tokenizer, (GOLD, OTHER))
    scores = torch.randn(made.text.shape)
    shifted = scores + torch.tensor([[3.0], [-5.0]])
    assert torch.allclose(chosen(scores, made.starts, made), chosen(shifted, made.starts, made), atol=1e-5)


def test_without_an_answer_nothing_is_right(tokenizer: Tokenizer) -> None:
    made = batch(tokenizer, (OTHER,))
    low = torch.full(made.text.shape, -20.0)
    low[:, 0] = 0
    assert chosen(low, made.starts, made).item() == pytest.approx(0, abs=1e-5)
    assert chosen(-low, made.starts, made).item() > 20


def test_slices_hold_every_window_once_with_little_padding(tokenizer: Tokenizer) -> None:
    made = batch(tokenizer, (GOLD, OTHER), (OTHER, OTHER))
    pieces = list(made.slices(30))
    assert sum(len(ids) for ids, _, _ in pieces) == len(made.owners)
    assert all(int(mask.sum(1).max()) == mask.shape[1] for _, mask, _ in pieces)


def test_batches_keep_the_windows_of_a_question_together(tokenizer: Tokenizer) -> None:
    asked = [Question("test", "Who built it ?", True, (GOLD, OTHER))] * 7
    made = list(batches(asked, tokenizer, windows=4, seed=1))
    assert [len(one.answerable) for one in made] == [2, 2, 2, 1]
    assert all(one.answerable.all() for one in made)


def test_a_reader_that_says_what_its_teacher_says_costs_least(tokenizer: Tokenizer) -> None:
    made = batch(tokenizer, (GOLD, OTHER), (OTHER,))
    taught = torch.randn(made.text.shape)
    least = likened(taught, taught, made)
    assert (least > 0).all()
    assert (likened(torch.randn(made.text.shape), taught, made) > least).all()


def test_a_sure_teacher_is_learned_like_the_gold_place(tokenizer: Tokenizer) -> None:
    made = batch(tokenizer, (GOLD, OTHER))
    scores = torch.randn(made.text.shape)
    sure = torch.where(made.starts, 40.0, 0.0)
    assert torch.allclose(likened(scores, sure, made), chosen(scores, made.starts, made), atol=1e-4)
