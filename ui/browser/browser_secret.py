"""The secret that encrypts the settings in a browser: one for each library, so that they survive a restart."""

import os
import secrets
from pathlib import Path

_BYTES = 32


def browser_secret(folder: Path) -> str:
    """Return the secret of the library in `folder`, created on first use; only the user can read its file."""
    path = folder / "browser.secret"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()
