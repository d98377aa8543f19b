"""Each article once: the same text under other names, one story in several papers."""

from pathlib import Path

from index.library import Library
from rag.engine import Engine
from tests.support.command_line import Rows, Write

STORY = (
    "The council of Tarn voted on Tuesday to close the old swimming baths at the end of October. Mayor Petra Lund said "
    "that repairs would cost two million crowns and that the town could not pay for them. The baths were built in 1931 "
    "and are used by about four hundred people a week, most of them pupils of the two schools nearby. A group of "
    "parents collected nine hundred signatures against the plan. Their speaker, Ivo Brandt, called the vote a mistake "
    "and said that the group would go to court. The pupils will be taken to Holm by bus, which takes forty minutes. "
    "The building is to be sold next spring. No buyer has been found so far, the town hall said."
)
EDITED = STORY.replace("on Tuesday ", "").replace("called the vote a mistake and ", "") + " The court opens in May."
REPORT = (
    "Harbour report for {day} March 2024\n\nThe harbour office of Port Ollow published its daily report on {day} March "
    "2024. The water at the north gauge stood at {level} centimetres at noon. Ships may enter by the east channel at "
    "high tide only. The duty officer was {officer}. The report is published every day at five in the afternoon, and "
    "copies can be had at the office on Quay Street. Questions go to the harbour master's clerk."
)
OTHER = (
    "The council of Tarn voted on Tuesday to plant two hundred trees along the river before the winter. Mayor Petra "
    "Lund said that the town had won a prize of ninety thousand crowns for its parks. Oaks and alders will stand where "
    "the saw mill was until 2019, beside a new path for walkers. Pupils of both schools will help with the planting. "
    "A gardener, Ole Vik, warned that young trees need water in dry summers, and asked for helpers."
)


def test_one_file_under_two_names_is_one_article_and_two_files_of_one_name_are_two(
    library: Library, write: Write
) -> None:
    given = [write("a/report.txt", STORY), write("b/report.txt", OTHER), write("c/copy.txt", STORY)]
    outcomes = library.add_all(given)
    assert [outcome.status for outcome in outcomes] == ["added", "added", "duplicate"]
    assert str(outcomes[0].article_id) in str(outcomes[2].reason)
    assert library.counts()["articles"] == 2
    assert given[2] in library.aliases.names(str(outcomes[0].article_id))
    assert [outcome.status for outcome in library.add_all(given)] == ["unchanged", "unchanged", "duplicate"]


def test_a_copy_that_becomes_an_article_of_its_own_is_one(library: Library, write: Write) -> None:
    first, copy = write("first.txt", STORY), write("copy.txt", STORY)
    library.add_all([first, copy])
    write("copy.txt", OTHER)
    assert [outcome.status for outcome in library.add_all([first, copy])] == ["unchanged", "added"]
    (head,) = [head for head in library.articles.summaries() if "trees" in head.title]
    assert library.aliases.names(str(library.add_all([first])[0].article_id)) == []
    assert library.articles.get(head.id)


def test_a_copy_names_its_article_when_it_is_removed(library: Library, write: Write) -> None:
    first, copy = write("first.txt", STORY), write("copy.txt", STORY)
    library.add_all([first, copy])
    assert len(library.remove(copy)) == 1
    assert library.articles.is_empty()


def test_one_page_by_several_addresses_is_one_article(library: Library, rows: Rows) -> None:
    addresses = (
        "https://www.tarn-post.example/news/baths?id=7",
        "http://tarn-post.example/news/baths/?id=7&utm_source=mail#top",
        "https://m.tarn-post.example/news/baths?id=7",
    )
    for number, (address, text) in enumerate(zip(addresses, (STORY, EDITED, STORY + " "), strict=True)):
        (outcome,) = library.add_all([rows({"title": "Baths", "text": text, "url": address}, name=f"{number}.jsonl")])
        assert outcome.status == ("duplicate" if number else "added")
    assert library.remove(addresses[1]) == [outcome.article_id]


def test_a_lightly_edited_story_is_kept_and_grouped_and_another_one_is_not(library: Library, write: Write) -> None:
    library.add_all([write("post.txt", STORY), write("herald.txt", f"Baths to close\n\n{EDITED}")])
    library.add_all([write("trees.txt", OTHER)])
    assert len(library.articles.summaries()) == 3
    grouped = [head for head in library.articles.summaries() if head.story]
    assert len(grouped) == 2
    assert len({head.story for head in grouped}) == 1


def test_a_story_is_one_voice(library: Library, write: Write) -> None:
    named = ("Post", "Herald", "Courier", "Echo")
    papers = [write(f"{name}.txt", f"The {name} on the baths\n\n{STORY}") for name in named]
    library.add_all([*papers, write("trees.txt", OTHER)])
    answer, passages = Engine(library).ask_traced("What did Mayor Petra Lund say about the repairs?")
    assert "two million crowns" in answer.text
    assert len({citation.article_id for citation in answer.citations}) == 1
    assert sum("two million crowns" in passage.chunk.text for passage in passages) == 1


def test_reports_of_one_pattern_are_told_apart_by_their_figures(library: Library, write: Write) -> None:
    """Drawn up alike they are one story, yet each has an answer that no other has."""
    levels = {day: str(350 + 7 * day) for day in range(1, 15)}
    officers = {day: f"{'Ada Bram Cleo Dirk Elsa Finn Greta'.split()[day % 7]} Lund" for day in levels}
    library.add_all(
        [write(f"{day}.txt", REPORT.format(day=day, level=levels[day], officer=officers[day])) for day in levels]
    )
    assert len({head.story for head in library.articles.summaries()}) == 1
    engine = Engine(library)
    for day in levels:
        assert levels[day] in engine.ask(f"How high did the water stand at the north gauge on {day} March 2024?").text
        assert officers[day] in engine.ask(f"Who was the duty officer on {day} March 2024?").text


def test_every_source_is_in_the_ledger_with_what_became_of_it(library: Library, write: Write, tmp_path: Path) -> None:
    good, copy = write("good.txt", STORY), write("copy.txt", STORY)
    bad, odd = write("empty.txt", ""), write("old.txt", "Café\n\nLe café de Tarn est fermé à midi.".encode("cp1252"))
    library.add_all([good, copy, bad, odd, str(tmp_path / "nowhere.txt")])
    entries = {Path(entry.source).name: entry for entry in library.sources.all()}
    assert {name: entry.status for name, entry in entries.items()} == {
        "good.txt": "added",
        "copy.txt": "duplicate",
        "empty.txt": "skipped",
        "old.txt": "added",
        "nowhere.txt": "skipped",
    }
    assert entries["good.txt"].charset == "utf-8"
    assert entries["old.txt"].charset == "cp1252"
    problems = {Path(entry.source).name: entry for entry in library.sources.problems()}
    assert set(problems) == {"empty.txt", "nowhere.txt", "old.txt"}
    assert all(entry.reason or entry.warnings for entry in problems.values())
    library.add_all([good])
    assert good in {entry.source for entry in library.sources.all()}
