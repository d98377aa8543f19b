"""Who may use the chat: user names with hashed passwords, from options or from a file."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from index.errors import OnrecordError

_COST, _BLOCK, _PARALLEL = 2**14, 8, 1
"""scrypt parameters for interactive sign-in (RFC 7914, section 2): 16 MB and about 50 ms per attempt."""
_KIND = "scrypt"
_HOW = "create its lines with 'onrecord password'"

Passwords = Mapping[str, str]
"""User names and their password hashes."""


def hashed(password: str) -> str:
    """Return the hash to store for a password: scrypt with a fresh salt, in hexadecimal."""
    salt = secrets.token_bytes(16)
    return f"{_KIND}${salt.hex()}${_digest(password, salt).hex()}"


def matches(password: str, kept: str) -> bool:
    """Return whether a password matches a hash; False if the hash is malformed."""
    try:
        kind, salt, digest = kept.split("$")
        return kind == _KIND and hmac.compare_digest(_digest(password, bytes.fromhex(salt)), bytes.fromhex(digest))
    except ValueError:
        return False


def line(user: str, password: str) -> str:
    """Return one user's line for a password file; raises OnrecordError if the name or password is invalid."""
    name = user.strip()
    if not name or ":" in name or not name.isprintable() or not password:
        raise OnrecordError("A user needs a name without a colon and a password: give both, as user:password.")
    return f"{name}:{hashed(password)}"


def known(given: Sequence[str], file: Path | None) -> Passwords:
    """Return the users given as 'user:password' and in a password file; raises OnrecordError if either is malformed."""
    lines = [line(*_parted(text)) for text in given] + (_lines(file) if file else [])
    return dict(_parted(each) for each in lines)


def _parted(text: str) -> tuple[str, str]:
    user, _, rest = text.partition(":")
    return user.strip(), rest


def _lines(file: Path) -> list[str]:
    try:
        lines = [each.strip() for each in file.read_text("utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise OnrecordError(f"The password file {file} cannot be read ({type(error).__name__}): {_HOW}.") from error
    kept = [each for each in lines if each and not each.startswith("#")]
    for number, each in enumerate(lines, 1):
        if each in kept and not _is_line(each):
            raise OnrecordError(f"Line {number} of the password file {file} is not 'user:hash': {_HOW}.")
    if not kept:
        raise OnrecordError(f"The password file {file} lists no users: {_HOW}.")
    return kept


def _is_line(text: str) -> bool:
    user, kept = _parted(text)
    parts = kept.split("$")
    return bool(user) and len(parts) == 3 and parts[0] == _KIND


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, n=_COST, r=_BLOCK, p=_PARALLEL)
