"""Fuzzing: damaged copies of real bytes and texts, and limits on what one of them may cost.

`python -m tests.support.fuzzing 10` runs each fuzz test for ten minutes, one after another, with new seeds.
"""

import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

LONGEST = float(os.environ.get("FUZZ_SECONDS", "20"))
"""Seconds of the processor that one example may take: two on a long run, more where a slow machine runs the tests."""
MOST = 500 * 1024
"""Kilobytes that a run of examples may add to the process's peak memory."""
_PLACES = ("tests/fuzz", "tests/ui/server/test_requests.py::test_no_body_makes_the_server_stumble")
_CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
_COUNTED = re.compile(r"(\d+) passing examples")


def fuzzed(examples: int) -> Callable[[Any], Any]:
    """Return settings with so many examples, or those of `--hypothesis-profile=long`."""
    given = settings.default if settings.get_current_profile_name() == "long" else None
    most = given.max_examples if given else examples
    return settings(max_examples=most, deadline=None, suppress_health_check=_CHECKS)


@st.composite
def damaged(draw: st.DrawFn, samples: Sequence[bytes]) -> bytes:
    """Draw one of the samples, changed in a few places: bits flipped, stretches cut, repeated, moved or spliced in."""
    content = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(content)))
        length = draw(st.sampled_from((1, 2, 8, 64, 1024)))
        piece = content[start : start + length]
        match draw(st.sampled_from(("flip", "cut", "repeat", "move", "splice", "insert"))):
            case "flip":
                piece = bytes(byte ^ draw(st.integers(1, 255)) for byte in piece[:2]) + piece[2:]
            case "cut":
                piece = b""
            case "repeat":
                piece *= draw(st.sampled_from((2, 10, 100)))
            case "move":
                other = draw(st.integers(0, len(content)))
                piece = content[other : other + length] + piece
            case "splice":
                other_sample = draw(st.sampled_from(samples))
                at = draw(st.integers(0, len(other_sample)))
                piece = other_sample[at : at + length]
            case "insert":
                piece += draw(st.binary(max_size=20))
        content = content[:start] + piece + content[start + length :]
    return content


@contextmanager
def within_limits() -> Iterator[None]:
    """Fail beyond `LONGEST` seconds of the processor or 500 MB more memory; what hangs is interrupted."""
    before, begun = _peak(), time.process_time()
    handler = signal.signal(signal.SIGPROF, _interrupt)
    signal.setitimer(signal.ITIMER_PROF, max(20, 2 * LONGEST))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, handler)
    assert time.process_time() - begun < LONGEST
    assert _peak() - before < MOST


def _interrupt(*_: object) -> None:
    raise AssertionError("it hangs")


def _peak() -> int:
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def main(minutes: float, *chosen: str) -> int:
    """Run each fuzz test, or those whose names contain one of `chosen`, for so many minutes; return how many failed."""
    listed = _pytest("--collect-only", *_PLACES).stdout.split()
    tests = sorted({line.partition("[")[0] for line in listed if "::test_" in line})
    failed = 0
    for test in [test for test in tests if not chosen or any(name in test for name in chosen)]:
        failed += not _run(test, 60 * minutes)
    return failed


def _run(test: str, seconds: float) -> bool:
    begun, examples, seed = time.monotonic(), 0, 0
    while time.monotonic() - begun < seconds:
        seed += 1
        done = _pytest(test, "--hypothesis-profile=long", f"--hypothesis-seed={seed}", "--hypothesis-show-statistics")
        examples += sum(map(int, _COUNTED.findall(done.stdout)))
        if done.returncode:
            print(f"{test} failed with seed {seed}:\n{done.stdout[-6000:]}", flush=True)
            return False
    print(f"{test}: {examples:,} examples in {time.monotonic() - begun:.0f} s, none failed", flush=True)
    return True


def _pytest(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "FUZZ_SECONDS": "2"})


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), *sys.argv[2:]))
