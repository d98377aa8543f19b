"""The measure of follow-ups: what counts as right, which wrong ones are listed, and that the chains are sound."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.runs.follow_ups import is_right, main, read_chains

CHAINS = Path(__file__).parents[3] / "eval" / "sample" / "chains.jsonl"
TURNS = ("Who is the mayor of Corvane?", "Who won the Galt Cup?")
"""Two full questions: a rule that does its work leaves the second alone."""


def chain(name: str, standalone: list[str], kept: bool = False) -> dict[str, Any]:
    texts = zip(TURNS, ([TURNS[0]], standalone), strict=True)
    turns = [{"question": asked, "reply": "It is not said.", "standalone": right} for asked, right in texts]
    return {"id": name, "kept": kept, "turns": turns}


def written(folder: Path, *chains: dict[str, Any]) -> Path:
    path = folder / "chains.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in chains), encoding="utf-8")
    return path


RIGHT = ["Who won the Galt Cup?", "Who won the Galt Cup of rowing in May?"]


@pytest.mark.parametrize(
    "made",
    [
        "And who won the Galt Cup?",
        "who won  the Galt Cup",
        "Who won “the Galt Cup”?",
        "Who won the Galt Cup for rowing?",
    ],
)
def test_capitals_punctuation_and_words_without_weight_do_not_count(made: str) -> None:
    assert is_right(made, RIGHT)


@pytest.mark.parametrize(
    "made",
    [
        "Who won it?",
        "Who won the Halden Cup?",
        "Who won the cup?",
        "Who won the Galt Cup and the Halden Cup?",
        "When did the Galt Cup begin?",
        "The Galt Cup who won?",
        "Why was it that Anders won the Galt Cup?",
        "",
    ],
)
def test_another_subject_a_missing_a_further_or_a_turned_one_is_wrong(made: str) -> None:
    assert not is_right(made, RIGHT)


def test_each_half_has_its_own_share_and_only_wrong_ones_of_the_open_half_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right, wrong = [TURNS[1]], ["Who lost the Galt Cup?"]
    path = written(
        tmp_path,
        chain("c1", ["Who won?", *right]),
        chain("c2", wrong),
        chain("c3", right, kept=True),
        chain("c4", wrong, kept=True),
    )
    main(path)
    shown = capsys.readouterr().out
    assert "open: 1 of 2 follow-ups right (0.500)" in shown
    assert "kept: 1 of 2 follow-ups right (0.500)" in shown
    assert "c2, turn 2" in shown
    assert not any(name in shown for name in ("c1", "c3", "c4"))
    main(path, show_kept=True)
    assert "c4, turn 2" in capsys.readouterr().out


def test_the_turns_before_it_are_the_history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = chain("c1", ["Who is the mayor of Halden?"])
    row["turns"][1]["question"] = "And of Halden?"
    main(written(tmp_path, row))
    assert "1 of 1 follow-ups right" in capsys.readouterr().out


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    broken = chain("c2", ["x"])
    del broken["turns"][1]["reply"]
    with pytest.raises(SystemExit, match=r'chains\.jsonl, line 2: "turns\.1\.reply"'):
        main(written(tmp_path, chain("c1", ["x"]), broken))


def test_the_sample_has_forty_held_out_chains_and_more_open_ones_of_three_turns() -> None:
    chains = list(read_chains(CHAINS))
    assert len({each.id for each in chains}) == len(chains) == 156
    assert sum(each.kept for each in chains) == 40
    assert all(len(each.turns) == 3 for each in chains)


def test_every_turn_of_the_sample_has_standalone_questions_and_the_first_is_its_own() -> None:
    for each in read_chains(CHAINS):
        assert each.turns[0].standalone == [each.turns[0].question], each.id
        assert all(turn.standalone and turn.reply.strip() for turn in each.turns), each.id
