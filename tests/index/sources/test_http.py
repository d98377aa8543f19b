"""Pages of the web, over a real server on this machine."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

import index.sources.http
from index.errors import SourceError
from index.sources.http import MAX_BYTES, Page, Web, is_public
from index.sources.sitemap import pages, sitemaps

Answer = tuple[int, dict[str, str], bytes]
HTML = {"Content-Type": "text/html; charset=ISO-8859-1"}


class Site:
    """A site whose answers a test sets by path; it notes what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[BaseHTTPRequestHandler], Answer]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def has(self, path: str, content: bytes = b"", status: int = 200, **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = lambda _: (status, HTML | named, content)
        return self.url + path

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, dict(self.headers)))
                status, headers, content = site.answers.get(self.path, lambda _: (404, HTML, b""))(self)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


@pytest.fixture
def web() -> Iterator[Web]:
    with Web(allow_private=True) as made:
        yield made


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch, site: Site) -> dict[str, list[str]]:
    """Give each name the addresses of its list in turn; the public address 93.184.215.14 leads to `site`."""
    given: dict[str, list[str]] = {}
    connect = socket.create_connection

    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        address = given[host].pop(0) if given.get(host) else host
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    def create_connection(address: tuple[str, int], *rest: Any, **named: Any) -> socket.socket:
        assert address[0] == "93.184.215.14", f"it connected to {address}"
        monkeypatch.setattr(socket, "getaddrinfo", real)
        made = connect(("127.0.0.1", site.port), *rest, **named)
        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        return made

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "create_connection", create_connection)
    return given


def refused(web: Web, url: str, reason: str, **options: Any) -> None:
    with pytest.raises(SourceError, match=reason):
        web.get(url, **options)


def test_a_page_comes_with_what_the_site_says_about_it(site: Site, web: Web) -> None:
    url = site.has("/a", "Grüße".encode("latin-1"), ETag='"7"', Last_Modified="Mon, 03 Jun 2024 09:15:00 GMT")
    expected = Page(url, b"Gr\xfc\xdfe", "text/html", "iso-8859-1", '"7"', "Mon, 03 Jun 2024 09:15:00 GMT", "ok")
    assert web.get(url) == expected
    assert site.asked[0][1]["User-Agent"].startswith("onrecord/")


def test_a_page_that_did_not_change_is_not_sent_again(site: Site, web: Web) -> None:
    url = site.has("/a", status=304, ETag='"7"')
    assert web.get(url, etag='"7"', modified="Mon, 03 Jun 2024 09:15:00 GMT").status == "unchanged"
    asked = site.asked[0][1]
    assert (asked["If-None-Match"], asked["If-Modified-Since"]) == ('"7"', "Mon, 03 Jun 2024 09:15:00 GMT")


@pytest.mark.parametrize("etag", ['"7"\r\nCookie: a=b', '"é"', ""])
def test_a_validator_that_is_no_header_is_left_out(site: Site, web: Web, etag: str) -> None:
    assert web.get(site.has("/a", b"x"), etag=etag).status == "ok"
    assert "If-None-Match" not in site.asked[0][1]


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_says_so(site: Site, web: Web, status: int) -> None:
    assert web.get(site.has("/a", status=status)).status == "gone"


@pytest.mark.parametrize("charset", ["nonsense", "zip", "undefined", "\xff"])
def test_a_charset_that_nothing_decodes_stays_unknown(site: Site, web: Web, charset: str) -> None:
    assert web.get(site.has("/a", b"x", Content_Type=f"text/html; charset={charset}")).charset is None


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "does not allow programs to read it"),
        (403, "save the page in your browser"),
        (429, "too many requests"),
        (418, r"did not return it \(418\)"),
        (500, r"reports an error \(500\)"),
        (302, r"did not return it \(302\)"),
    ],
)
def test_a_refusal_says_what_to_do(site: Site, web: Web, status: int, reason: str) -> None:
    refused(web, site.has("/a", status=status), reason)


def test_a_busy_site_is_asked_once_more(site: Site, web: Web) -> None:
    url = site.has("/a", status=503, Retry_After="0")
    refused(web, url, "reports an error")
    assert len(site.asked) == 2


@pytest.mark.parametrize("wait", ["11", "-1", "99999", "tomorrow", "", "²"])
def test_a_site_that_asks_for_a_long_wait_is_not_waited_for(site: Site, web: Web, wait: str) -> None:
    refused(web, site.has("/a", status=429, Retry_After=wait), "too many requests")
    assert len(site.asked) == 1


def test_redirects_are_followed_to_the_final_address(site: Site, web: Web) -> None:
    site.has("/a", status=301, Location="/b?x=1")
    site.has("/b?x=1", status=307, Location="c")
    final = site.has("/c", b"here")
    page = web.get(site.url + "/a")
    assert (page.url, page.content) == (final, b"here")


def test_five_redirects_are_followed_and_no_more(site: Site, web: Web) -> None:
    for step in range(6):
        site.has(f"/{step}", status=302, Location=f"/{step + 1}")
    site.has("/6", b"here")
    assert web.get(site.url + "/1").content == b"here"
    refused(web, site.url + "/0", "redirects more than 5 times")


@pytest.mark.parametrize(
    "target", ["file:///etc/hosts", "ftp://weir.example/a", "http://[", "javascript:alert(1)", "http://xn--/"]
)
def test_a_redirect_leads_nowhere_but_to_the_web(site: Site, web: Web, target: str) -> None:
    refused(web, site.has("/a", status=302, Location=target), "only http|no site is called|damaged response|not a web")


@pytest.mark.parametrize(
    "url", ["", "weir.example", "file:///etc/hosts", "http://", "http://[::1", "http://a b/\x00", "http://xn--/"]
)
def test_what_is_no_web_address_is_refused(web: Web, url: str) -> None:
    refused(web, url, "not a web address|only http and https")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "0.0.0.0"])
def test_this_machine_is_refused_however_it_is_written(site: Site, host: str) -> None:
    with Web() as web:
        refused(web, f"http://{host}:{site.port}/", "private network")
    assert not site.asked


@pytest.mark.parametrize("inner", ["10.0.0.7", "169.254.169.254", "fd00::1", "::ffff:192.168.0.9"])
def test_a_redirect_to_a_private_network_is_refused(site: Site, names: dict[str, list[str]], inner: str) -> None:
    names |= {"weir.example": ["93.184.215.14"], "inner.example": [inner]}
    site.has("/a", status=302, Location="http://inner.example/secret")
    with Web() as web:
        refused(web, "http://weir.example/a", "inner.example is an address in a private network")
    assert [path for path, _ in site.asked] == ["/a"]


def test_a_name_is_looked_up_once_for_check_and_connection(site: Site, names: dict[str, list[str]]) -> None:
    names["weir.example"] = ["93.184.215.14", "127.0.0.1"]
    site.has("/a", b"here", Connection="close")
    with Web() as web:
        assert web.get("http://weir.example/a").content == b"here"
        assert site.asked[0][1]["Host"] == "weir.example"
        refused(web, "http://weir.example/a", "private network")


@pytest.mark.parametrize(
    "address",
    """10.1.2.3 172.16.0.1 192.168.1.1 127.0.0.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 240.0.0.1 255.255.255.255
    :: ::1 fe80::1 fe80::1%eth0 fc00::1 fec0::1 ff02::1 ::ffff:10.0.0.1 2002:7f00:1:: 64:ff9b::10.0.0.1""".split(),
)
def test_addresses_that_are_not_of_the_public_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::6810:84e5", "::ffff:93.184.215.14"])
def test_addresses_of_the_public_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "GZIP"])
def test_a_packed_page_is_unpacked(site: Site, web: Web, encoding: str) -> None:
    packed = zlib.compress(b"here") if encoding == "deflate" else gzip.compress(b"here")
    assert web.get(site.has("/a", packed, Content_Encoding=encoding)).content == b"here"


def test_a_page_over_the_bound_is_refused(site: Site, web: Web) -> None:
    refused(web, site.has("/a", b"x" * (MAX_BYTES + 1)), "larger than 20 MB")
    assert len(web.get(site.has("/b", b"x" * MAX_BYTES)).content) == MAX_BYTES


def test_a_packed_bomb_is_refused(site: Site, web: Web) -> None:
    bomb = gzip.compress(b"\0" * (MAX_BYTES + 1))
    assert len(bomb) < 100_000
    refused(web, site.has("/a", bomb, Content_Encoding="gzip"), "larger than 20 MB")


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip"])
def test_a_packing_that_was_not_asked_for_is_refused(site: Site, web: Web, encoding: str) -> None:
    refused(web, site.has("/a", b"x", Content_Encoding=encoding), "uses an unsupported compression")


@pytest.mark.parametrize("content", [b"not gzip", gzip.compress(b"here" * 99)[:-9]])
def test_a_damaged_packing_is_refused(site: Site, web: Web, content: bytes) -> None:
    refused(web, site.has("/a", content, Content_Encoding="gzip"), "broke off")


def test_an_answer_that_breaks_off_is_refused(site: Site, web: Web) -> None:
    refused(web, site.has("/a", b"half", Content_Length="400"), "broke off")


@pytest.mark.parametrize("kind", ["image/png", "video/mp4", "audio/mpeg"])
def test_what_is_not_text_is_refused_by_its_kind(site: Site, web: Web, kind: str) -> None:
    refused(web, site.has("/a", b"x", Content_Type=kind), f"it is {kind}, not text")


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_site_that_drips_ends_in_time(site: Site, web: Web, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    monkeypatch.setattr(index.sources.http, "TOTAL_SECONDS", 0.3)

    def drip(handler: BaseHTTPRequestHandler) -> Answer:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n" + (b"\r\n" if part == "body" else b"X-Slow: "))
        try:
            while True:
                handler.wfile.write(b".")
                time.sleep(0.02)
        except OSError:
            return 200, {}, b""

    site.answers["/a"] = drip
    refused(web, site.url + "/a", "did not answer in time")
    assert web.get(site.has("/b", b"here")).content == b"here"


def test_a_port_where_nothing_listens_is_refused(web: Web) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        refused(web, f"http://127.0.0.1:{closed.getsockname()[1]}/", "could not connect to the site")


def test_a_name_without_a_site_is_refused(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    refused(web, "http://weir.invalid/", "no site is called weir.invalid")


def test_a_site_without_a_secure_connection_is_refused(site: Site, web: Web) -> None:
    refused(web, site.url.replace("http:", "https:"), "no secure connection")


def test_proxies_of_the_environment_do_not_come_between(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with Web(allow_private=True) as web:
        assert web.get(site.has("/a", b"here")).content == b"here"


def test_robots_are_asked_once_for_a_site(site: Site, web: Web) -> None:
    site.has("/robots.txt", b"User-agent: *\nDisallow: /inner/\n")
    assert web.get(site.has("/a", b"here"), robots=True).content == b"here"
    refused(web, site.has("/inner/a", b"here"), "robots.txt", robots=True)
    assert [path for path, _ in site.asked] == ["/robots.txt", "/a"]
    assert web.get(site.url + "/inner/a").content == b"here"


def test_robots_are_asked_about_the_target_of_a_redirect(site: Site, web: Web) -> None:
    site.has("/robots.txt", b"User-agent: onrecord\nDisallow: /inner/\n")
    site.has("/inner/a", b"here")
    refused(web, site.has("/a", status=302, Location="/inner/a"), "robots.txt", robots=True)


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False), (503, False)])
def test_robots_that_cannot_be_read(site: Site, web: Web, status: int, allowed: bool) -> None:
    site.has("/robots.txt", status=status)
    url = site.has("/a", b"here")
    if allowed:
        assert web.get(url, robots=True).content == b"here"
    else:
        refused(web, url, "robots.txt", robots=True)


SITEMAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url><loc>https://weir.example/none</loc></url>
  <url><loc> https://weir.example/old?a=1&amp;b=2 </loc><lastmod>2023</lastmod></url>
  <url><loc>https://weir.example/late</loc><lastmod>2024-06-03T23:30:00-05:00</lastmod>
    <image:image><image:loc>https://weir.example/eel.jpg</image:loc></image:image></url>
  <url><loc>https://weir.example/early</loc><lastmod>2024-06-04T01:00:00Z</lastmod></url>
  <url><loc>https://weir.example/month</loc><lastmod>2024-05</lastmod></url>
  <url><loc>https://weir.example/odd</loc><lastmod>last week</lastmod></url>
  <url><loc>ftp://weir.example/file</loc></url>
  <url><loc>https://weir.example/late</loc><lastmod>2020-01-01</lastmod></url>
</urlset>"""
NEWEST_FIRST = ["late", "early", "month", "old?a=1&b=2", "none", "odd"]
INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <sitemap><loc>https://weir.example/1.xml.gz</loc><lastmod>2024-01-01</lastmod></sitemap>
  <sitemap><loc>https://weir.example/2.xml.gz</loc><lastmod>2024-02-01</lastmod></sitemap></sitemapindex>"""


@pytest.mark.parametrize("content", [SITEMAP, gzip.compress(SITEMAP)])
def test_a_sitemap_gives_its_pages_newest_first(content: bytes) -> None:
    assert pages(content, 100) == [f"https://weir.example/{path}" for path in NEWEST_FIRST]
    assert pages(content, 2) == ["https://weir.example/late", "https://weir.example/early"]
    assert sitemaps(content, 100) == []


def test_a_sitemap_index_gives_its_sitemaps_apart() -> None:
    assert sitemaps(INDEX, 100) == ["https://weir.example/2.xml.gz", "https://weir.example/1.xml.gz"]
    assert pages(INDEX, 100) == []


def test_a_sitemap_cut_off_gives_what_it_lists_before() -> None:
    assert pages(SITEMAP[: SITEMAP.index(b"month")], 1) == ["https://weir.example/late"]


def test_entities_of_a_sitemap_are_not_expanded(tmp_path: Any) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("vault", "utf-8")
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    content = f"""<!DOCTYPE urlset [<!ENTITY a0 "eel">{levels}<!ENTITY s SYSTEM "{secret.as_uri()}">]>
      <urlset><url><loc>https://weir.example/&a9;</loc></url><url><loc>https://weir.example/&s;</loc></url></urlset>"""
    assert pages(content.encode(), 9) in ([], ["https://weir.example/"])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a sitemap"),
        (b"plain words", "not a sitemap"),
        (b"<html><body>Eels</body></html>", "not a sitemap"),
        (b"\x1f\x8bnonsense", "gzip is damaged"),
        (gzip.compress(SITEMAP)[:-20], "gzip is damaged"),
        (gzip.compress(b" " * (50 * 1024 * 1024 + 1)), "larger than 50 MB"),
    ],
)
def test_what_is_no_sitemap_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        pages(content, 10)
