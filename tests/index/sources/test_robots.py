"""robots.txt by RFC 9309: groups, wildcards, the longest match, and files that are not there."""

import pytest

from index.sources.http import AGENT
from index.sources.robots import rules


def allows(robots: str, path: str, status: int = 200) -> bool:
    return rules(status, robots.encode()).can_fetch(f"https://weir.example{path}", AGENT)


@pytest.mark.parametrize(
    ("lines", "path", "allowed"),
    [
        ("Disallow: /*.php$", "/news/story.php", False),
        ("Disallow: /*.php$", "/news/story.php?page=2", True),
        ("Disallow: /*.php$", "/news/story.html", True),
        ("Disallow: /news/*/print", "/news/2024/print", False),
        ("Disallow: /news/*/print", "/news/print", True),
        ("Disallow: /weir$", "/weir/gates", True),
        ("Disallow: /inner", "/innermost", False),
        ("Disallow: /Inner", "/inner", True),
        ("Disallow:", "/anything", True),
        ("Disallow: /caf%C3%A9", "/café", False),
    ],
)
def test_wildcards_and_the_end_of_a_path(lines: str, path: str, allowed: bool) -> None:
    assert allows(f"User-agent: *\n{lines}\n", path) is allowed


@pytest.mark.parametrize(
    ("lines", "path", "allowed"),
    [
        ("Allow: /a\nDisallow: /a/b", "/a/b/c", False),
        ("Allow: /a\nDisallow: /a/b", "/a/c", True),
        ("Disallow: /\nAllow: /news/", "/news/story", True),
        ("Disallow: /news\nAllow: /news", "/news", True),
    ],
)
def test_the_longest_match_wins_wherever_it_stands_and_allow_wins_a_tie(lines: str, path: str, allowed: bool) -> None:
    for ordered in (lines, "\n".join(reversed(lines.split("\n")))):
        assert allows(f"User-agent: *\n{ordered}\n", path) is allowed


def test_the_group_of_our_own_name_replaces_that_of_everyone() -> None:
    robots = "User-agent: *\nDisallow: /\n\nUser-agent: OnRecord\nDisallow: /inner\n"
    assert allows(robots, "/news")
    assert not allows(robots, "/inner")


def test_the_groups_of_one_name_count_together_and_those_of_others_not() -> None:
    robots = (
        "User-agent: otherbot\nDisallow: /news\n\nUser-agent: onrecord\nUser-agent: thirdbot\nDisallow: /a\n\n"
        "User-agent: onrecord\nDisallow: /b\n"
    )
    assert [allows(robots, path) for path in ("/news", "/a", "/b")] == [True, False, False]


@pytest.mark.parametrize(
    ("status", "allowed"),
    [(200, False), (401, True), (403, True), (404, True), (410, True), (500, False), (503, False)],
)
def test_an_unavailable_file_allows_all_and_an_unreachable_one_nothing(status: int, allowed: bool) -> None:
    assert allows("User-agent: *\nDisallow: /news\n", "/news", status) is allowed
    assert allows("User-agent: *\nDisallow: /news\n", "/other", status) is (status < 500)


def test_what_is_no_text_allows_all() -> None:
    assert rules(200, b"\xef\xbb\xbf\xff\x00<html>").can_fetch("https://weir.example/a", AGENT)
