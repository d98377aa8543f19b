"""Where things are and how big they are: the library's folder, chunk sizes, telemetry off."""

import os
from pathlib import Path

import platformdirs

CHUNK_CHARS = 1000
CHUNK_TOKENS = 254
SENTENCE_CHARS = 600

# No telemetry and no hub: every package that could call out reads one of these.
_QUIET = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
}


def turn_off_telemetry() -> None:
    """Set the environment so that no package reports usage or asks a model hub."""
    os.environ.update(_QUIET)


def default_library() -> Path:
    """Return the folder used when no library is named: the platform's user data folder."""
    return Path(platformdirs.user_data_dir("onrecord", appauthor=False)) / "library"
