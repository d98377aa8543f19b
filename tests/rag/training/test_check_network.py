"""The check's network learns from what is known of a row alone: its label, and the places of its fault."""

import math

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("onnx")
pytest.importorskip("safetensors")

from index.embedder import TOKENIZER  # noqa: E402
from rag.ranking.encoding import load_tokenizer  # noqa: E402
from rag.training.check_data import Row  # noqa: E402
from rag.training.check_network import Checker, batches, losses, to_batch  # noqa: E402
from rag.training.check_network import encode as encode_rows  # noqa: E402

TOKENS = load_tokenizer(TOKENIZER)
SENTENCE = "The mill of Drow was built by Ana Pell in 1801."
WRONG = "The mill of Drow was burnt by Ana Pell."
ROWS = [
    Row("word", "The Holm Echo", (SENTENCE,), WRONG, "contradicted", ((21, 26),)),
    Row("word", "", (SENTENCE,), "Ana Pell built the mill.", "supported", ()),
    Row("wice_dev", "", (SENTENCE, SENTENCE), "Ana Pell built two mills.", "unsupported"),
]


def small() -> Checker:
    torch.manual_seed(1)
    config = transformers.BertConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    return Checker(transformers.BertModel(config, add_pooling_layer=False)).eval()


def test_only_words_of_the_statement_are_marked_and_only_where_they_are_known() -> None:
    encodings = encode_rows(TOKENS, ROWS)
    batch = to_batch(list(zip(encodings, ROWS, strict=True)))
    marked = [encodings[0].tokens[i] for i, wrong in enumerate(batch.wrong[0][: len(encodings[0])]) if wrong]
    assert marked == ["burnt"]
    judged = [sum(part == 0 for part in encoding.sequence_ids) for encoding in encodings]
    assert batch.judged.sum(1).tolist() == [judged[0], judged[1], 0]
    assert batch.wrong[1:].sum() == 0


def test_the_head_stands_before_the_evidence() -> None:
    tokens = encode_rows(TOKENS, ROWS)[0].tokens
    assert tokens[tokens.index("[SEP]") + 1 :][:5] == ["the", "holm", "echo", "·", "the"]


def test_what_is_only_known_as_unsupported_counts_both_other_chances() -> None:
    checker, (row,) = small(), ROWS[2:]
    batch = to_batch([(encode_rows(TOKENS, [row])[0], row)])
    chances = torch.softmax(checker(*batch.inputs)[1], 1)[0].tolist()
    found = losses(checker, batch)
    assert found["verdict"].item() == pytest.approx(-math.log(chances[1] + chances[2]), rel=1e-4)
    assert found["wrong"].item() == 0


def test_batches_hold_every_row_once_and_few_tokens() -> None:
    made = list(batches(TOKENS, ROWS * 5, 120))
    assert sum(len(batch.labels) for batch in made) == 15
    assert all(batch.inputs[0].numel() <= 120 for batch in made)


def test_training_lowers_both_losses() -> None:
    checker = small().train()
    optimizer = torch.optim.AdamW(checker.parameters(), lr=5e-3)
    (batch,) = batches(TOKENS, ROWS, 1000)
    history = []
    for _ in range(40):
        parts = losses(checker, batch)
        history.append({name: value.item() for name, value in parts.items()})
        optimizer.zero_grad()
        sum(parts.values()).backward()
        optimizer.step()
    assert history[-1]["verdict"] < history[0]["verdict"] / 2
    assert history[-1]["wrong"] < history[0]["wrong"] / 2
