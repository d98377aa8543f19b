"""Settings: the library's folder, chunk sizes, and the environment that turns telemetry off."""

import os
from pathlib import Path

import platformdirs

CHUNK_CHARS = 1000
CHUNK_TOKENS = 254
SENTENCE_CHARS = 600

# No telemetry and no model hub: every package that could connect reads one of these variables.
_QUIET = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
}


def turn_off_telemetry() -> None:
    """Set the environment so that no package reports usage or contacts a model hub."""
    os.environ.update(_QUIET)


def default_library() -> Path:
    """Return the default library folder, inside the platform's user data folder."""
    return Path(platformdirs.user_data_dir("onrecord", appauthor=False)) / "library"
