"""Restricts the server to its own page, opened under one of the server's host names."""

import re
import socket
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import OnrecordError
from ui.server.refusal import refusal

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[\w.-]+)(?::([0-9]{1,5}))?", re.ASCII)
_LOCAL = ("localhost", "127.0.0.1", "[::1]")
_OPEN_TO_LINKS = ("/", "/healthz")
_OWN_PAGE = {"same-origin", "none"}
"""Values of `Sec-Fetch-Site` for requests by the page itself and for addresses typed by a person."""
_SHOWN = 80


class Host(NamedTuple):
    """A name or address (IPv6 in brackets), and the port if one is given."""

    name: str
    port: str | None


def read_host(text: str) -> Host | None:
    """Parse a Host header; None if it is malformed."""
    match = _HOST.fullmatch(text.lower())
    return Host(match[1], match[2]) if match else None


class KnownHosts:
    """The server's host names: its own addresses, and those `given` by --allow-host.

    Any other name may be an attacker's that resolves to this machine (DNS rebinding).
    """

    def __init__(self, listening: str, given: Sequence[str] = ()) -> None:
        self._given = {_given(text) for text in given}
        own = {*_LOCAL, _literal(listening)}
        # a name without a dot can only come from the local network
        own |= set() if _literal(listening) in _LOCAL else {socket.gethostname().lower()}
        self._names = own | {host.name for host in self._given}

    def knows(self, host: Host, arrived_at: str) -> bool:
        """Return whether a request may use this host name; `arrived_at` is the address it arrived at."""
        return host.name in self._names or host.name == _literal(arrived_at)

    def is_own_page(self, origin: str, host: Host) -> bool:
        """Return whether an origin is the chat's: its host is the requested one, or was given by --allow-host.

        A reverse proxy may forward requests under another name than its pages have.
        """
        scheme, _, rest = origin.partition("://")
        page = read_host(rest) if scheme in ("http", "https") else None
        return page is not None and (page == host or page in self._given)


class SameOrigin:
    """ASGI middleware that answers only the chat's own page, and programs, which send no origin.

    Gradio allows every origin to read its responses, unless `Host` is exactly one of three names. So this wraps all
    of Gradio and removes `Origin`: a request that got this far needs no CORS permission.
    """

    def __init__(self, app: ASGIApp, hosts: KnownHosts) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif reason := self._refused(scope):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            else:
                await refusal(403, reason)(scope, receive, send)
        else:
            headers = [(name, value) for name, value in scope["headers"] if name != b"origin"]
            await self._app({**scope, "headers": headers}, receive, send)

    def _refused(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        arrived_at = (scope.get("server") or ("", None))[0]
        host = _only(headers, "host")
        for named in filter(None, (host, *_forwarded(headers))):
            host_name = read_host(named)
            if host_name is None or not self._hosts.knows(host_name, arrived_at):
                return (
                    f"This chat is not known as “{_shown(named)}”: open it at the address that it printed, or start it "
                    f"with --allow-host and this name."
                )
        if not host:
            return "The request does not name its host: send exactly one Host header."
        if scope["type"] == "http" and scope["path"] in _OPEN_TO_LINKS and scope["method"] in ("GET", "HEAD"):
            return None
        return None if self._is_own(headers, host) else "Other pages may not use this chat: open the chat itself."

    def _is_own(self, headers: Headers, host: str) -> bool:
        origins, sites = headers.getlist("origin"), headers.getlist("sec-fetch-site")
        named = read_host(host)
        assert named
        return all(self._hosts.is_own_page(each, named) for each in origins) and all(
            each in _OWN_PAGE for each in sites
        )


def _only(headers: Headers, name: str) -> str | None:
    values = headers.getlist(name)
    return values[0] if len(values) == 1 else None


def _forwarded(headers: Headers) -> list[str]:
    # Gradio derives the page's own address from it
    return [each.strip() for value in headers.getlist("x-forwarded-host") for each in value.split(",")]


def _given(text: str) -> Host:
    host = read_host(text)
    if host is None:
        raise OnrecordError(
            f"“{_shown(text)}” is not a host: give --allow-host a name such as chat.example.org or name:8443."
        )
    return host


def _literal(address: str) -> str:
    """Return an address in the form of a Host header."""
    try:
        parsed = ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return address.lower()
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or f"[{parsed}]")
    return str(parsed)


def _shown(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text[:_SHOWN])
