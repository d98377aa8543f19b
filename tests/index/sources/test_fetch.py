"""Addresses as sources, over a real server on this machine: pages, feeds, sitemaps, and fetching them again."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from index.library import Library, Outcome
from index.sources.load import Fetching
from rag.engine import Engine

HERE = Fetching(allow_private=True)
Page = tuple[int, str, str]


def page(title: str, sentence: str) -> str:
    more = "".join(f"<p>Paragraph {n} of the report on {title} was written with care by its author.</p>" for n in "ab")
    return (
        f"<html lang='en'><head><title>{title} | Tarn Post</title></head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>{title}</h1><p>{sentence}</p>{more}</article><footer>© 2024 Tarn Post</footer></body></html>"
    )


class Site:
    """A small site whose pages a test may change; it answers 304 to a known ETag."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append(request.path)
        status, kind, body = self.pages.get(request.path, (404, "text/plain", "nothing here"))
        etag = f'"{hash(body)}"'
        if request.headers.get("If-None-Match") == etag and status == 200:
            status, body = 304, ""
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("ETag", etag)
        request.send_header("Content-Length", str(len(body.encode())))
        request.end_headers()
        request.wfile.write(body.encode())

    def put(self, path: str, body: str, kind: str = "text/html; charset=utf-8", status: int = 200) -> str:
        self.pages[path] = (status, kind, body)
        return self.address + path


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()


def added(library: Library, *sources: str, fetching: Fetching = HERE) -> list[Outcome]:
    return list(library.add(sources, fetching=fetching))


def test_a_page_comes_in_with_its_address_and_is_answered_from(library: Library, site: Site) -> None:
    address = site.put("/weir", page("Weir to be mended", "The weir at Tarn will be mended in June."))
    (outcome,) = added(library, address)
    assert outcome.status == "added"
    article = library.articles.get(str(outcome.article_id))
    assert article
    assert article.url == article.origin == address
    answer = Engine(library).ask("When will the weir at Tarn be mended?")
    assert "June" in answer.text
    assert answer.citations[0].url == address
    assert [outcome.status for outcome in added(library, address)] == ["unchanged"]


def test_what_was_removed_is_not_fetched_again(library: Library, site: Site) -> None:
    address = site.put("/weir", page("Weir to be mended", "The weir at Tarn will be mended in June."))
    added(library, address)
    library.remove(address)
    site.put("/weir", page("Weir mended", "The weir at Tarn was mended in June."))
    assert list(library.refresh(HERE)) == []
    assert library.counts()["articles"] == 0


def test_tracking_parameters_make_no_other_article(library: Library, site: Site) -> None:
    body = page("Weir to be mended", "The weir at Tarn will be mended in June.")
    first, other = site.put("/weir", body), site.put("/weir?utm_source=mail", body)
    assert [outcome.status for outcome in added(library, first, other)] == ["added", "unchanged"]
    assert library.counts()["articles"] == 1


def test_a_feed_is_fetched_again_too(library: Library, site: Site) -> None:
    def feed(*titles: str) -> str:
        items = "".join(
            f"<item><title>{title}</title><link>{site.address}/{title}</link><description>The {title} of Drow "
            f"opened on Monday.</description></item>"
            for title in titles
        )
        return f'<rss version="2.0"><channel><title>Tarn Post</title>{items}</channel></rss>'

    address = site.put("/feed", feed("mill"), "application/rss+xml")
    added(library, address)
    assert {outcome.status for outcome in library.refresh(HERE)} == {"unchanged"}
    site.put("/feed", feed("mill", "school"), "application/rss+xml")
    assert [outcome.status for outcome in library.refresh(HERE)] == ["unchanged", "added"]


def test_this_machine_is_refused_unless_allowed(library: Library, site: Site) -> None:
    (outcome,) = added(library, site.put("/weir", page("Weir", "It holds.")), fetching=Fetching())
    assert outcome.status == "skipped"
    assert "--allow-private" in str(outcome.reason)
    assert not site.asked


def test_a_feed_brings_its_items_and_with_full_the_pages_behind_them(library: Library, site: Site) -> None:
    site.put("/one", page("The mill", "The mill of Drow burned down on Monday night."))
    feed = (
        '<rss version="2.0"><channel><title>Tarn Post</title><item><title>The mill</title>'
        f"<link>{site.address}/one</link><description>A fire.</description></item></channel></rss>"
    )
    address = site.put("/feed", feed, "application/rss+xml")
    (summary,) = added(library, address)
    assert summary.status == "added"
    full = added(library, address, fetching=HERE._replace(full=True))
    assert [outcome.status for outcome in full] == ["added"]
    assert "Monday night" in Engine(library).ask("When did the mill of Drow burn down?").text


def test_a_sitemap_brings_at_most_so_many_pages(library: Library, site: Site) -> None:
    for number in range(5):
        site.put(f"/page{number}", page(f"Boat {number}", f"Boat number {number} was launched in {1950 + number}."))
    listed = "".join(f"<url><loc>{site.address}/page{number}</loc></url>" for number in range(5))
    address = site.put("/sitemap.xml", f"<?xml version='1.0'?><urlset>{listed}</urlset>", "application/xml")
    site.put("/robots.txt", "User-agent: *\nDisallow: /page1", "text/plain")
    outcomes = added(library, address, fetching=HERE._replace(limit=3))
    assert [outcome.status for outcome in outcomes] == ["added", "skipped", "added"]
    assert "robots" in str(outcomes[1].reason)
    assert "/page1" not in site.asked


def test_refresh_updates_what_changed_and_keeps_what_is_gone(library: Library, site: Site) -> None:
    same = site.put("/same", page("Same", "The tower at Holm is ninety feet high."))
    changed = site.put("/changed", page("Changed", "The bridge at Holm opens in March."))
    gone = site.put("/gone", page("Gone", "The baths at Holm close in October."))
    added(library, same, changed, gone)
    site.put("/changed", page("Changed", "The bridge at Holm opens in August."))
    del site.pages["/gone"]
    outcomes = {outcome.source: outcome.status for outcome in library.refresh(HERE)}
    assert outcomes == {same: "unchanged", changed: "updated", gone: "gone"}
    engine = Engine(library)
    bridge = engine.ask("When does the bridge at Holm open?").text
    assert "August" in bridge
    assert "March" not in bridge
    assert "October" in engine.ask("When do the baths at Holm close?").text
    assert [entry.source for entry in library.sources.problems()] == [gone]
    counts = library.counts()
    assert counts["chunks"] == counts["full_text"] == counts["vectors"]


def test_refresh_reads_a_page_in_the_encoding_that_was_named_when_it_was_added(library: Library, site: Site) -> None:
    address = site.put("/cafe", page("Cafés", "The café at Sull opens at nine on Sundays."), "text/html")
    list(library.add([address], fetching=HERE._replace(encoding="cp1252")))
    site.put("/cafe", page("Cafés", "The café at Sull opens at ten on Sundays."), "text/html")
    (outcome,) = library.refresh(HERE)
    article = library.articles.get(str(outcome.article_id))
    assert outcome.status == "updated"
    assert article is not None
    assert "The cafÃ© at Sull opens at ten" in article.text


def test_a_page_that_fails_for_a_while_is_known_again_and_no_problem_later(library: Library, site: Site) -> None:
    body = page("Weir", "The weir at Tarn will be mended in June.")
    address = site.put("/weir", body)
    (first,) = added(library, address)
    site.put("/weir", "broken", status=500)
    (failed,) = library.refresh(HERE)
    assert (failed.status, failed.article_id) == ("skipped", first.article_id)
    assert [entry.article_id for entry in library.sources.problems()] == [first.article_id]
    site.put("/weir", body)
    assert [outcome.status for outcome in library.refresh(HERE)] == ["unchanged"]
    assert not library.sources.problems()


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [(403, "no", "40"), (500, "no", "50"), (200, "<html></html>", "text"), (404, "", "gone")],
)
def test_what_cannot_be_fetched_is_one_line(library: Library, site: Site, status: int, body: str, told: str) -> None:
    (outcome,) = added(library, site.put("/page", body, status=status))
    assert outcome.status in ("skipped", "gone")
    assert told in str(outcome.reason)
    assert library.articles.is_empty()
