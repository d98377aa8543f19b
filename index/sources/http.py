"""Web pages by address, with limits on time and size; private networks are refused unless allowed.

Imports an HTTP client: import this module inside the function that needs it, to keep start-up fast.
"""

import ipaddress
import re
import socket
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Self

import httpcore
import httpx
from protego import Protego

from index.errors import Problem, SourceError
from index.sources.robots import rules

AGENT = "onrecord/0.1 (reads single articles for one person)"
MAX_BYTES = 20_000_000
MAX_REDIRECTS = 5
TOTAL_SECONDS = 60
_TIMEOUT = httpx.Timeout(20, connect=10)
_WAIT = re.compile(r"\d|10")  # values of Retry-After, in seconds, that are waited for
_MEDIA = ("image/", "audio/", "video/", "font/")
_GZIP_OR_ZLIB = 47  # zlib's wbits value that detects the format from the header
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Page(NamedTuple):
    """A web server's response: `url` after redirects, `kind` the media type, `status` ok, unchanged (304) or gone."""

    url: str
    content: bytes
    kind: str
    charset: str | None
    etag: str | None
    modified: str | None
    status: str


class _Answer(NamedTuple):
    url: str
    status: int
    headers: httpx.Headers
    content: bytes
    charset: str | None
    redirect: str | None


class Web:
    """A client for several pages: `with Web() as web: web.get(url)`. Proxies set in the environment are not used."""

    def __init__(self, allow_private: bool = False, agent: str = AGENT) -> None:
        self._agent = agent
        self._robots: dict[str, Protego] = {}
        self._network = _Network(allow_private)
        # Only gzip is requested, and it is unpacked here within limits: httpx unpacks nested encodings without any.
        headers = {"User-Agent": agent, "Accept-Encoding": "gzip"}
        self._client = httpx.Client(transport=_Transport(self._network), headers=headers, timeout=_TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, url: str, etag: str | None = None, modified: str | None = None, robots: bool = False) -> Page:
        """Return the page at `url`, with status unchanged if `etag` or `modified` from an earlier get is still current.

        `robots` checks the robots.txt of each site on the redirect path first. Every failure is a SourceError whose
        message is a single clause.
        """
        self._network.start_clock()
        given = (("If-None-Match", etag), ("If-Modified-Since", modified))
        headers = {name: value for name, value in given if value and value.isascii() and value.isprintable()}
        return _page(self._follow(url, headers, robots))

    def _follow(self, url: str, headers: dict[str, str], robots: bool) -> _Answer:
        for _ in range(MAX_REDIRECTS + 1):
            _check(url)
            if robots:
                self._ask_robots(url)
            answer = self._patiently(url, headers)
            if answer.redirect is None:
                return answer
            url = answer.redirect
        raise SourceError(f"it redirects more than {MAX_REDIRECTS} times")

    def _ask_robots(self, url: str) -> None:
        site = str(httpx.URL(url).join("/robots.txt"))
        if site not in self._robots:
            answer = self._follow(site, {}, robots=False)
            self._robots[site] = rules(answer.status, answer.content)
        if not self._robots[site].can_fetch(url, self._agent):
            raise SourceError("the site asks programs not to read it (robots.txt): save the page and add the file")

    def _patiently(self, url: str, headers: dict[str, str]) -> _Answer:
        answer = self._send(url, headers)
        wait = answer.headers.get("Retry-After", "")
        if answer.status in (429, 503) and _WAIT.fullmatch(wait):
            time.sleep(int(wait))
            answer = self._send(url, headers)
        return answer

    def _send(self, url: str, headers: dict[str, str]) -> _Answer:
        try:
            with self._client.stream("GET", url, headers=headers) as response:
                content = _body(response) if response.is_success else b""
                following = response.next_request
                redirect = str(following.url) if following else None
                charset = _charset(response)
                return _Answer(str(response.url), response.status_code, response.headers, content, charset, redirect)
        except httpx.TimeoutException as error:
            raise SourceError("the site did not answer in time: try again later") from error
        except httpx.ConnectError as error:
            raise SourceError("could not connect to the site: check the address") from error
        except (httpx.HTTPError, httpx.InvalidURL, zlib.error, ValueError) as error:
            raise SourceError("the site broke off or sent a damaged response: try again later") from error


def _check(url: str) -> None:
    try:
        scheme, host = httpx.URL(url).scheme, httpx.URL(url).host
    except (httpx.InvalidURL, ValueError) as error:
        raise SourceError("it is not a web address") from error
    if scheme not in ("http", "https"):
        raise SourceError("only http and https addresses are supported")
    if not host:
        raise SourceError("it is not a web address")


def _page(answer: _Answer) -> Page:
    named = {404: "gone", 410: "gone", 304: "unchanged"}
    if answer.status not in named and not 200 <= answer.status < 300:
        raise SourceError(_refusal(answer.status))
    return Page(
        answer.url,
        answer.content,
        _kind(answer.headers),
        answer.charset,
        answer.headers.get("ETag"),
        answer.headers.get("Last-Modified"),
        named.get(answer.status, "ok"),
    )


def _refusal(status: int) -> str:
    if status in (401, 402, 403, 407, 451):
        return f"the site does not allow programs to read it ({status}): save the page in your browser and add the file"
    if status == 429:
        return "the site received too many requests (429): try again later"
    if status >= 500:
        return f"the site reports an error ({status}): try again later"
    return f"the site did not return it ({status}): check the address"


def _kind(headers: httpx.Headers) -> str:
    return str(headers.get("Content-Type", "")).split(";")[0].strip().lower()


def _charset(response: httpx.Response) -> str | None:
    """Return the charset that the server declares, if Python can decode it."""
    named = response.charset_encoding
    try:
        b"x".decode(named or "undefined")  # Python does not look up the codec for empty input
    except (LookupError, ValueError):
        return None
    return named


def _body(response: httpx.Response) -> bytes:
    kind = _kind(response.headers)
    if kind.startswith(_MEDIA):
        raise SourceError(f"it is {kind}, not text")
    content = bytearray()
    for piece in _unpacked(response.iter_raw(), response.headers.get("Content-Encoding", "")):
        content += piece
        if len(content) > MAX_BYTES:
            raise SourceError(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    return bytes(content)


def _unpacked(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    named = encoding.strip().lower()
    if named in ("", "identity"):
        yield from pieces
        return
    if named not in ("gzip", "x-gzip", "deflate"):
        raise SourceError(f"the site uses an unsupported compression ({named[:40]})")
    unzip = zlib.decompressobj(_GZIP_OR_ZLIB)
    for piece in pieces:
        # The rest stays compressed: a decompression bomb gains at most one piece beyond the limit.
        yield unzip.decompress(piece, MAX_BYTES + 1)
    if not unzip.eof:
        raise SourceError("the site broke off its response: try again later")


class _Transport(httpx.HTTPTransport):
    """httpx's own transport over a pool with another network backend, which httpx does not accept itself."""

    def __init__(self, network: httpcore.NetworkBackend) -> None:
        self._pool = httpcore.ConnectionPool(ssl_context=httpx.create_ssl_context(), network_backend=network)


class _Network(httpcore.NetworkBackend):
    """A network backend that connects to checked addresses only.

    A host name is resolved once, here, and the connection is made to the address that was checked. A name that changes
    its address between check and connection (DNS rebinding) therefore gains nothing. The layers above still use the
    host name for the Host header, TLS SNI and certificate verification. Redirects and reconnections pass through here
    too.
    """

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._sockets = httpcore.SyncBackend()
        self._deadline = 0.0

    def start_clock(self) -> None:
        """Start the time limit for the next exchanges, including redirects and robots.txt."""
        self._deadline = time.monotonic() + TOTAL_SECONDS

    def seconds(self, asked: float | None) -> float:
        """Return the timeout of one step: the requested one, limited to the total time left."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("no time is left")
        return left if asked is None else min(asked, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of `host` that is allowed and accepts the connection."""
        failure: Exception | None = None
        for address in self._allowed(host, port):
            try:
                connected = self._sockets.connect_tcp(
                    address, port, self.seconds(timeout), local_address, socket_options
                )
                return _Stream(connected, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address")

    def _allowed(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise SourceError(f"no site is called {host}: check the name and your connection") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        allowed = [address for address in addresses if self._allow_private or is_public(address)]
        if addresses and not allowed:
            reason = f"{host} is an address in a private network: use --allow-private to read it"
            raise SourceError(reason, Problem.PRIVATE_NETWORK)
        return allowed


class _Stream(httpcore.NetworkStream):
    """A connection whose every step is limited to the total time left, so that slowly dripping responses end too."""

    def __init__(self, stream: httpcore.NetworkStream, network: _Network) -> None:
        self._stream = stream
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._network.seconds(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._network.seconds(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            secure = self._stream.start_tls(ssl_context, server_hostname, self._network.seconds(timeout))
        except httpcore.ConnectError as error:
            raise SourceError("no secure connection to the site could be made (TLS or certificate)") from error
        return _Stream(secure, self._network)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def is_public(address: str) -> bool:
    """Return whether an IP address is public; an IPv4 address embedded in an IPv6 address is checked as IPv4."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        nat64 = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None
        if ip.is_site_local:
            return False
        ip = ip.ipv4_mapped or ip.sixtofour or nat64 or ip
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_link_local)
