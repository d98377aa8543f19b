"""Checks the options for serving before anything heavy is loaded."""

import ipaddress
import socket
from importlib.util import find_spec
from typing import Any

from index.errors import OnrecordError
from ui.server.auth import Passwords


def check_access(host: str, passwords: Passwords, no_auth: bool, mcp: bool) -> None:
    """Raise OnrecordError if options conflict, or if the page would be open to the network without sign-in."""
    if mcp and passwords:
        raise OnrecordError("--mcp cannot be combined with --auth or --auth-file: omit one or the other.")
    if mcp and find_spec("mcp") is None:
        raise OnrecordError("--mcp needs packages that are not installed: run pip install 'onrecord[mcp]'.")
    if not passwords and not no_auth and not _is_loopback(host):
        raise OnrecordError(
            f"On {host}, anyone on the network could read and change the library: "
            "add --auth user:password or --auth-file FILE, or --no-auth if that is intended."
        )


def _is_loopback(host: str) -> bool:
    try:
        addresses: list[Any] = socket.getaddrinfo(host, None)
    except (OSError, UnicodeError):
        return False
    return all(ipaddress.ip_address(entry[4][0].partition("%")[0]).is_loopback for entry in addresses)
