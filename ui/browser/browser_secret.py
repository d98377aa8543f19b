"""The secret that a browser keeps settings under: one for each library, so that they outlive a restart."""

import os
import secrets
from pathlib import Path

_BYTES = 32


def browser_secret(folder: Path) -> str:
    """Return the secret of the library in `folder`, made when first asked for; only the user may read its file."""
    path = folder / "browser.secret"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()
