"""The reader of question sets: what it takes, and what it says of what it cannot take."""

import json
from datetime import date
from pathlib import Path

import pytest

from eval.drafts.draft import lost_quotes
from eval.sample.library import SAMPLE_QUESTIONS
from eval.sets.questions import Gold, Question, read_questions
from index.errors import QuestionError
from index.library import Library
from rag.filters import Filters
from rag.understanding.history import Turn

FULL = {
    "id": "q1",
    "question": "When?",
    "answers": ["noon"],
    "evidence": [{"article_id": "a", "quote": "At noon.", "level": "sentence"}, {"article_id": "b"}],
    "answerable": True,
    "type": "when",
    "core": True,
    "history": [{"role": "user", "text": "Who?"}],
    "conversation_id": "c1",
    "turn": 2,
    "scope": ["a"],
    "choices": ["noon", "midnight"],
    "filters": {"since": "2024", "until": "2024-05-31", "source": ["The Post"], "author": [], "in": ["a"]},
    "asked": "2024-06-01",
}
WHOLE = Question(
    id="q1",
    question="When?",
    answers=("noon",),
    evidence=(Gold("a", "At noon."), Gold("b", "")),
    answerable=True,
    type="when",
    core=True,
    history=(Turn("user", "Who?"),),
    conversation_id="c1",
    turn=2,
    scope=("a",),
    choices=("noon", "midnight"),
    filters=Filters("2024", "2024-05-31", ("The Post",), (), ("a",)),
    asked=date(2024, 6, 1),
)
CSV = """id;question;answers;evidence;answerable;type;core;history;conversation_id;turn;scope;choices;filters;asked
q1;When?;noon;a :: At noon. | b;yes;when;TRUE;"[{""role"": ""user"", ""text"": ""Who?""}]";c1;2;a;noon | midnight;\
"{""since"": ""2024"", ""until"": ""2024-05-31"", ""source"": [""The Post""], ""in"": [""a""]}";2024-06-01
"""
YAML = """
- id: q1
  question: When?
  answers: [noon]
  evidence:
    - {article_id: a, quote: At noon.}
    - article_id: b
  answerable: true
  type: when
  core: yes
  history: [{role: user, text: Who?}]
  conversation_id: c1
  turn: 2
  scope: a
  choices: [noon, midnight]
  filters: {since: 2024, until: 2024-05-31, source: [The Post], in: [a]}
  asked: 2024-06-01
"""


def questions_file(folder: Path, *rows: object) -> Path:
    path = folder / "set.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def message(path: Path) -> str:
    with pytest.raises(QuestionError) as caught:
        read_questions(path)
    return str(caught.value)


def test_a_full_row(tmp_path: Path) -> None:
    (question,) = read_questions(questions_file(tmp_path, FULL))
    assert question == WHOLE
    assert (question.set, question.line) == ("set", 1)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("set.csv", CSV.replace("\\\n", "")),
        ("set.csv", "\ufeff" + CSV.replace("\\\n", "").replace("\n", "\r\n")),
        ("SET.YAML", YAML),
        ("set.yml", json.dumps([FULL])),
    ],
)
def test_csv_and_yaml_hold_the_whole_schema(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode())
    assert read_questions(path) == [WHOLE]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("set.csv", 'question\nWho?\n\n"When,\nexactly?"\nWhere?\n'),
        ("set.yaml", "- question: Who?\n\n- question: |-\n    When,\n    exactly?\n- {question: Where?}\n"),
    ],
)
def test_one_field_is_enough_and_ids_are_the_lines(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    questions = read_questions(path)
    assert [question.question for question in questions] == ["Who?", "When,\nexactly?", "Where?"]
    lines = [2, 4, 6] if name == "set.csv" else [1, 3, 6]
    assert [(question.id, question.line) for question in questions] == [(f"line-{line}", line) for line in lines]


def test_plain_words_in_csv_and_yaml_are_texts(tmp_path: Path) -> None:
    table, list_ = tmp_path / "set.csv", tmp_path / "set.yaml"
    table.write_text('id,question,answers,type\n7,Who?,"no | 12 | [sic] x",\n8,When?,"[""a | b""]",x\n', "utf-8")
    list_.write_text("- {id: 7, question: Who?, answers: [no, 12, '[sic] x'], type: ~}\n", "utf-8")
    assert read_questions(table) == [
        Question("7", "Who?", ("no", "12", "[sic] x")),
        Question("8", "When?", ("a | b",), type="x"),
    ]
    assert read_questions(list_) == [Question("7", "Who?", ("no", "12", "[sic] x"))]


@pytest.mark.parametrize(
    ("name", "content", "line", "says"),
    [
        ("set.csv", "id,text\n1,Who?\n", 1, 'one of them "question"'),
        ("set.csv", "question,question\nWho?,When?\n", 1, "every column once"),
        ("set.csv", "question,type\nWho,what,when?,x\n", 2, "4 cells for 2 columns"),
        ("set.csv", 'question\nWho?\n"When?\n', 3, "this is not CSV"),
        ("set.csv", "question,answerable\nWho?,yes\nWhen?,perhaps\n", 3, '"answerable" must be true or false'),
        ("set.csv", "question,turn\nWho?,two\n", 2, '"turn" must be a whole number'),
        ("set.csv", 'question,answers\nWho?,"[""a"""\n', 2, "its JSON cannot be read"),
        ("set.csv", "question,history\nWho?,Ana\n", 2, "its JSON cannot be read"),
        ("set.csv", "question,evidence\nWho?,:: x\n", 2, '"evidence" must be a list'),
        ("set.csv", "question,answer\nWho?,Ana\n", 2, 'is "answers" meant?'),
        ("set.csv", 'question\n" "\nWho?\n""', None, None),
        ("set.yaml", "question: Who?\n", 1, "this is not a list"),
        ("set.yaml", "- question: Who?\n- When?\n", 2, "this has no fields"),
        ("set.yaml", "- question: Who?\n- question: When: now?\n", 2, "this is not YAML"),
        ("set.yaml", "- question: Who?\n- type: x\n", 2, "has no question"),
        ("set.yaml", "- question: \x07\n", 1, "this is not YAML"),
        ("set.yaml", "- " + "[" * 3000, 1, "this is not YAML"),
    ],
)
def test_errors_in_csv_and_yaml_name_the_line(
    tmp_path: Path, name: str, content: str, line: int | None, says: str | None
) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    if says is None:
        assert [question.question for question in read_questions(path)] == ["Who?"]
        return
    told = message(path)
    assert told.startswith(f"{path}, line {line}: ")
    assert says in told
    assert "\n" not in told


def test_an_empty_csv_or_yaml_file(tmp_path: Path) -> None:
    for name in ("set.csv", "set.yaml"):
        path = tmp_path / name
        path.write_text("question\n" if name == "set.csv" else "# none\n", "utf-8")
        assert "has no questions" in message(path)


def test_filters_of_older_sets_keep_their_spelling(tmp_path: Path) -> None:
    older = {"since": "2024", "sources": ["The Post"], "authors": ["Ana"], "articles": ["a"]}
    newer = {"since": "2024", "source": ["The Post"], "author": ["Ana"], "in": ["a"]}
    read = read_questions(questions_file(tmp_path, *({"question": "?", "filters": each} for each in (older, newer))))
    assert read[0].filters == read[1].filters == Filters("2024", None, ("The Post",), ("Ana",), ("a",))


def test_the_sample_set_is_read_and_its_quotes_are_in_the_sample(sample: Library) -> None:
    questions = read_questions(SAMPLE_QUESTIONS)
    assert {question.set for question in questions} == {"questions"}
    assert list(lost_quotes(questions, sample)) == []


def test_a_question_alone_is_enough(tmp_path: Path) -> None:
    path = questions_file(tmp_path, {"id": 7, "question": "Who?"}, "", {"question": "When?", "id": None})
    assert read_questions(path) == [Question("7", "Who?"), Question("line-3", "When?")]


def test_a_byte_order_mark_and_a_line_separator_inside_a_question(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text('\ufeff{"question": "Who\u2028is it?"}\n', encoding="utf-8")
    assert [question.question for question in read_questions(path)] == ["Who\u2028is it?"]


def test_core_and_limit(tmp_path: Path) -> None:
    rows = [{"question": "?", "core": number % 2 == 1} for number in range(6)]
    path = questions_file(tmp_path, *rows)
    assert [question.id for question in read_questions(path, core=True, limit=2)] == ["line-2", "line-4"]
    assert len(read_questions(path, limit=100)) == 6


def test_a_core_without_questions_and_a_limit_of_none(tmp_path: Path) -> None:
    path = questions_file(tmp_path, {"question": "Who?"})
    with pytest.raises(QuestionError, match="ask the whole set"):
        read_questions(path, core=True)
    with pytest.raises(QuestionError, match="give 1 or more"):
        read_questions(path, limit=0)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('"Who?"', "not an object"),
        ({"id": "q"}, "has no question"),
        ({"question": "  "}, "has no question"),
        ({"question": ["Who?"]}, '"question" must be a string'),
        ({"question": "?", "id": 1.5}, '"id" must be a string'),
        ({"question": "?", "answers": "noon"}, '"answers" must be a list'),
        ({"question": "?", "answers": [12]}, '"answers" must be a list of strings'),
        ({"question": "?", "evidence": ["noon"]}, '"evidence" must be a list of {"article_id"'),
        ({"question": "?", "evidence": [{"quote": "x"}]}, '"evidence" must be a list of {"article_id"'),
        ({"question": "?", "answerable": "yes"}, '"answerable" must be true or false'),
        ({"question": "?", "core": 1}, '"core" must be true or false'),
        ({"question": "?", "turn": "2"}, '"turn" must be a whole number'),
        ({"question": "?", "choices": ["a"]}, '"choices" must be two or more different strings'),
        ({"question": "?", "choices": ["a", "a "]}, "different strings"),
        ({"question": "?", "choices": ["a", "b"], "answers": ["c"]}, 'is not one of its "choices"'),
        ({"question": "?", "filters": ["x"]}, '"filters" must be an object with any of since'),
        ({"question": "?", "filters": {"newspaper": ["x"]}}, '"filters" must be an object with any of since'),
        ({"question": "?", "filters": {"in": ["a"], "articles": ["b"]}}, '"filters" must be an object with any of'),
        ({"question": "?", "filters": {"author": [3]}}, '"author" must be a list of strings'),
        ({"question": "?", "filters": {"since": 2024}}, '"since" must be a string in quotation marks'),
        ({"question": "?", "filters": {"since": "May"}}, '"since" must be a year, a month or a day'),
        ({"question": "?", "filters": {"until": "2024-13"}}, '"until" must be a year, a month or a day'),
        ({"question": "?", "filters": {"sources": 3}}, '"sources" must be a list'),
        ({"question": "?", "asked": "1 May"}, '"asked" must be a day like 2024-01-31'),
        ({"question": "?", "anwsers": ["x"]}, 'it has a field "anwsers": is "answers" meant?'),
        ({"question": "?", "history": {}}, '"history" must be a list'),
        ({"question": "?", "history": [3]}, "its history: "),
        ({"question": "?", "id": "a"}, 'the id "a" is used in line 1 too'),
    ],
)
def test_an_error_names_the_file_the_line_and_what_is_wrong(tmp_path: Path, row: object, says: str) -> None:
    path = questions_file(tmp_path, {"question": "Who?", "id": "a"}, row)
    text = message(path)
    assert text.startswith(f"{path}, line 2: ")
    assert says in text
    assert text.endswith(".")
    assert "\n" not in text


def test_a_set_that_cannot_be_read_at_all(tmp_path: Path) -> None:
    assert "has no questions" in message(questions_file(tmp_path, "", "  "))
    assert "Cannot read questions from" in message(tmp_path / "missing.jsonl")
    assert "Cannot read questions from" in message(tmp_path)
    binary = tmp_path / "binary.jsonl"
    binary.write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in message(binary)
