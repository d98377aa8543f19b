"""A run of training: it learns, goes on where it stopped, ends by its windows, and can learn from another run."""

import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("onnx")

from safetensors.torch import save_file  # noqa: E402
from tokenizers import Tokenizer, models, pre_tokenizers, processors  # noqa: E402

from rag.training import carry, run, train  # noqa: E402
from rag.training.parts import write_parts  # noqa: E402
from rag.training.questions import Question  # noqa: E402
from rag.training.windows import Window  # noqa: E402

WORDS = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", *"Who built it ? Ana Eve Tom Ida sold burned the mill .".split()]
VOCABULARY = {word: number for number, word in enumerate(WORDS)} | {"[CLS]": 101, "[SEP]": 102}
SHAPE = {
    "vocab_size": 120, "hidden_size": 24, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32
}  # fmt: skip


def base(folder: Path, config: object, model: type, kind: str) -> Path:
    folder.mkdir()
    torch.manual_seed(1)
    network = model(config, add_pooling_layer=False)
    save_file({name: value.contiguous() for name, value in network.state_dict().items()}, folder / "model.safetensors")
    (folder / "config.json").write_text(
        json.dumps({**SHAPE, "model_type": kind, "pad_token_id": int(kind == "mpnet")}), "utf-8"
    )
    made = Tokenizer(
        models.WordLevel({word: number for number, word in enumerate(WORDS)} | {"[CLS]": 101, "[SEP]": 102}, "[UNK]")
    )
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 101), ("[SEP]", 102)]
    )
    made.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture
def minilm(tmp_path: Path) -> Path:
    return base(tmp_path / "bert", transformers.BertConfig(**SHAPE), transformers.BertModel, "bert")


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    windows = [Window("", "", f"{name} built it .", ((0, 3),), ((0, 14),)) for name in ("Ana", "Eve", "Tom", "Ida")]
    others = [Window("", "", f"{name} sold the mill .") for name in ("Ana", "Eve", "Tom", "Ida")]
    asked = [Question("test", "Who built it ?", True, pair) for pair in zip(windows, others, strict=True)]
    asked += [Question("test", "Who built it ?", True, (other,)) for other in others]
    write_parts(iter(asked * 4), tmp_path / "questions", "test")
    return tmp_path / "questions"


def trained(
    monkeypatch: pytest.MonkeyPatch, questions: Path, start: Path, out: Path, *more: str
) -> list[dict[str, float]]:
    given = ["--questions", str(questions), "--base", str(start), "--out", str(out), "--rate", "3e-3", "--windows", "6"]
    monkeypatch.setattr("sys.argv", ["train", *given, "--threads", "1", *more])
    train.main()
    lines = [json.loads(line) for line in (out / "train.log").read_text("utf-8").splitlines()]
    return [line for line in lines if "span" in line]


@pytest.fixture(autouse=True)
def without_warmup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train.ReaderRun, "warmup", 1)
    monkeypatch.setattr(run, "LOG_SECONDS", -1.0)


def test_a_run_learns_and_ends_by_its_windows(
    monkeypatch: pytest.MonkeyPatch, questions: Path, minilm: Path, tmp_path: Path
) -> None:
    lines = trained(monkeypatch, questions, minilm, tmp_path / "run", "--decay", "600")
    assert 600 <= lines[-1]["examples"] < 606
    assert lines[-1]["span"] < 0.6 * lines[0]["span"]


def test_a_run_goes_on_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch, questions: Path, minilm: Path, tmp_path: Path
) -> None:
    whole = trained(monkeypatch, questions, minilm, tmp_path / "whole", "--decay", "90")
    monkeypatch.setattr(run.Run, "fallen", lambda each: each.progress.examples / 90)
    monkeypatch.setattr(run.Run, "spent", lambda each: each.progress.examples / 40)
    trained(monkeypatch, questions, minilm, tmp_path / "halves")
    monkeypatch.setattr(run.Run, "spent", lambda each: 0.0)
    halves = trained(monkeypatch, questions, minilm, tmp_path / "halves", "--resume")
    assert halves[-1]["examples"] == whole[-1]["examples"]
    kept = [torch.load(tmp_path / name / run.CHECKPOINT, weights_only=True)["mean"] for name in ("whole", "halves")]
    assert all(torch.allclose(kept[0][name], kept[1][name], atol=1e-6) for name in kept[0])


def test_a_reader_learns_from_a_teacher_that_was_carried(
    monkeypatch: pytest.MonkeyPatch, questions: Path, minilm: Path, tmp_path: Path
) -> None:
    config = transformers.MPNetConfig(**SHAPE, pad_token_id=1)
    carry.pack(base(tmp_path / "mpnet", config, transformers.MPNetModel, "mpnet"), tmp_path / "packed")
    carry.unpack(tmp_path / "packed", tmp_path / "teacher")
    trained(monkeypatch, questions, tmp_path / "teacher", tmp_path / "taught", "--decay", "60")
    teacher = ("--teacher", str(tmp_path / "teacher"), str(tmp_path / "taught"))
    lines = trained(monkeypatch, questions, minilm, tmp_path / "run", "--decay", "300", *teacher)
    assert lines[-1]["taught"] < lines[0]["taught"]
