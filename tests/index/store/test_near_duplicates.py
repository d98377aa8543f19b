"""One story in several papers is told from two stories on one subject."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.store.near_duplicates import NEAR, bands, signature, similarity, text_hash

HEAD = "Old pier to close for two years"
LEDE = (
    "The harbour board of Marn will close the old pier for two years from the first of May, its chair said on Monday, "
    "after divers found that eleven of its forty piles are rotten below the water line."
)
OTHER_LEDE = (
    "Marn's old pier will be shut for two years from May because eleven of its forty piles are rotten, the chair of "
    "the harbour board said on Monday."
)
BODY = (
    "Orla Venn told a packed meeting in the fish hall that the board had known of the damage since the autumn storms "
    "but had waited for a second opinion from engineers in Tessen before it decided.",
    "The work will cost 4.2 million crowns, of which the county pays half; the rest comes from a levy of 12 crowns on "
    "each boat that lands its catch in the harbour until the end of the decade.",
    "Skippers said the levy would drive the smallest boats out of the trade. Tom Rusk, who has fished for crab off "
    "Marn since he was fifteen, said he would sell his boat rather than pay it twice a year.",
    "The ferry to Brack will leave from the coal quay instead, and the last sailing moves from ten in the evening to "
    "half past eight, because the quay has no lights that meet the rules.",
    "Shops on the pier were told to leave by the end of March. The cafe, which has stood there since 1911, will be "
    "taken down plank by plank and stored in the old net loft.",
    "The county will hear objections until the twelfth of April in the town hall, where the drawings can be seen on "
    "weekdays between nine and three.",
    "Marn's pier was built in 1888 for the herring fleet and rebuilt twice after storms, in 1926 and 1953; about "
    "ninety thousand visitors walked on it last summer, the board says.",
)
ADDED = (
    "Lena Moss, who runs the bait shop, said she had heard of the closure on the radio and had not been told by anyone "
    "from the board or the county before Monday evening."
)
DESK = (
    "This report was produced with the support of the Tessen County News Fund. Write to the desk with corrections. The "
    "Marn Post is a member of the press council and follows its code."
)
MARCH = (
    "About two hundred people marched from the fish hall to the town hall on Saturday to protest a levy on each boat, "
    "carrying crab pots and a coffin painted with the board's seal.",
    "Tom Rusk led them. He said the board had never asked a single skipper what the levy would do, and that six boats "
    "were already up for sale in Tessen and more would follow by summer.",
    "Orla Venn came out to speak and was booed, then listened to for ten minutes. She promised to look at a lower rate "
    "for boats under eight metres, but said that the total could not change.",
    "Police counted no arrests. A second march is planned for the day of the hearing, and the school band has been "
    "asked to play.",
)


def story(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


WIRE = story(HEAD, LEDE, *BODY)
CHINESE = "港务局星期一说，旧码头将于五月起关闭两年，因为潜水员发现四十根木桩中有十一根在水线以下已经腐烂。"
CHINESE += "主席告诉挤满鱼市大厅的居民，修理费用为四百二十万，其中一半由县里支付，其余由每艘船缴纳的费用承担。"


@pytest.mark.parametrize(
    "printed",
    [
        story("Marn pier shut until 2026", LEDE, *BODY),
        story("Pier closes", OTHER_LEDE, *BODY),
        story("Levy anger as pier closes", OTHER_LEDE, *BODY[:3], *BODY[4:]),
        story("Pier closes", OTHER_LEDE, *BODY[:-1]),
        story("Rotten piles close pier", OTHER_LEDE, *BODY[:4], ADDED, *BODY[4:]),
        story(HEAD, LEDE, *BODY, DESK).upper().replace("'", "’"),
    ],
)
def test_a_wire_story_is_near_in_every_paper(printed: str) -> None:
    assert similarity(signature(WIRE), signature(printed)) >= NEAR
    assert set(bands(signature(WIRE))) & set(bands(signature(printed)))


def test_two_stories_with_the_same_background_are_not_near() -> None:
    shared = (*BODY[5:], DESK)
    one, other = story(HEAD, LEDE, *BODY, DESK), story("Skippers march against levy", *MARCH, *shared)
    assert 0 < similarity(signature(one), signature(other)) < NEAR


def test_short_texts_are_only_ever_equal() -> None:
    one, other = "The weekly market is moved to the coal quay on Saturday.", "The weekly market is moved to the quay."
    assert similarity(signature(one), signature(other)) == 0
    assert not set(bands(signature(one))) & set(bands(signature(other)))
    assert similarity(signature(one), signature(one.upper())) == 1


def test_unspaced_scripts_are_compared_by_characters() -> None:
    edited = CHINESE.replace("挤满鱼市大厅的", "")
    assert similarity(signature(CHINESE), signature(edited)) >= NEAR
    assert similarity(signature(CHINESE), signature(CHINESE[::-1])) < 0.1


def test_a_signature_is_the_same_on_every_machine() -> None:
    assert len(signature(WIRE)) == 512
    assert signature(WIRE)[:8].hex() == "b0f38000844fb400"
    assert len(set(bands(signature(WIRE)))) == 32


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The pier’s piles – all 40 – are rotten.", "the  PIER'S piles, all 40,\nare rotten"),
        ("infra\u00adstructure", "infrastructure"),
        ("caf\u00e9", "cafe\u0301"),
        ("港务局 星期一说。", "港务局星期一说"),
    ],
)
def test_space_case_and_punctuation_make_no_other_text(one: str, other: str) -> None:
    assert text_hash(one) == text_hash(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("It rose 5.5 crowns.", "It rose 55 crowns."), ("It cost $4.", "It cost €4."), ("की", "का"), ("resume", "résumé")],
)
def test_another_figure_or_letter_makes_another_text(one: str, other: str) -> None:
    assert text_hash(one) != text_hash(other)


@given(st.text(), st.text())
def test_any_text_has_a_signature_and_equal_words_are_alike(one: str, other: str) -> None:
    score = similarity(signature(one), signature(other))
    assert 0 <= score <= 1
    assert (score == 1) == (text_hash(one) == text_hash(other))
    assert signature(one) == signature(f" {one}\n")


@given(
    st.lists(st.sampled_from("pier weir boat levy quay crab net hall".split()), min_size=60, max_size=200), st.data()
)
def test_similarity_is_near_the_share_of_runs_in_common(words: list[str], data: st.DataObject) -> None:
    cut = data.draw(st.integers(50, len(words)))
    runs = [{tuple(part[n : n + 5]) for n in range(len(part) - 4)} for part in (words, words[:cut])]
    share = len(runs[0] & runs[1]) / len(runs[0] | runs[1])
    assert abs(similarity(signature(" ".join(words)), signature(" ".join(words[:cut]))) - share) < 0.25
