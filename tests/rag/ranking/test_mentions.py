"""Who says what a sentence quotes: its paragraph tells, and a mark too many or too few does no harm beyond it."""

import pytest

from index.text.sentences import paragraphs, split_sentences
from rag.ranking.mentions import introducing

LONG = (
    "“The council promised us a bridge in the year of the great flood, and we believed what we were told. Then came "
    "the war, and after the war there was no money, and after that there was no will to build anything at all in this "
    "county. We waited nine years for a single answer. Nine years is enough for anybody who has to cross the river "
    "twice a day with a cart and two horses. So we have built it ourselves, with our own hands and our own timber, and "
    "nobody shall tell us to pull it down,” said Tor Elden."
)
CASES = [
    # text, the sentence that is quoted, what the sentence that names its speaker holds (nothing: none is shown with it)
    ("“We waited nine years. Nine years is enough!” Ida Brask grumbled.", "We waited", "Ida Brask"),
    ("“We waited. We paid. We lost,” said Tor Elden.", "We waited", "Tor Elden"),
    ("“We waited. We paid. We lost,” said Tor Elden.", "We paid", "Tor Elden"),
    ("“We waited,” said Tor Elden. “We paid. We lost.”", "“We paid", "Tor Elden"),
    ("“We waited,” said Tor Elden. “We paid. We lost.”", "We lost", "Tor Elden"),
    ("Tor Elden said: “We waited. We paid. We lost.”", "We lost", "Tor Elden"),
    ("“It is late. We go,” mused Greta Moll. “It rains. We stay,” snapped Jon Aas.", "“It is late", "Greta Moll"),
    ("“It is late. We go,” mused Greta Moll. “It rains. We stay,” snapped Jon Aas.", "“It rains", "Jon Aas"),
    ('"It is late. We go," mused Greta Moll.', '"It is late', "Greta Moll"),
    ('Jon Aas told the hall: "It is late. We go. We rest."', "We rest", "Jon Aas"),
    ("«It is late. We go,» mused Greta Moll.", "«It is late", "Greta Moll"),
    # a wrong mark ends with its paragraph
    ("“Who pays? Ida Brask grumbled.\n\nThe wall is long. It is grey.\n\n“I like it,” said Tor Elden.", "The wall", ""),
    ("“Who pays? Ida Brask grumbled.\n\nThe wall is long. It is grey.\n\n“Fine,” said Tor Elden.", "It is grey", ""),
    ('The 12" pipe burst.\n\nThe road is wet. It is shut.\n\n"I saw it," said Tor Elden.', "The road", ""),
    ('The 12" pipe burst.\n\nThe road is wet. It is shut.\n\n"I saw it," said Tor Elden.', "It is shut", ""),
    ("He left.” Nobody saw it.\n\n“We stay. We work,” said Jon Aas.", "“We stay", "Jon Aas"),
    ("The sign read “Shut.\n\nRain fell on Sull. The road broke.\n\n“Bad,” said Greta Moll.", "Rain fell", ""),
    ("The sign read “Shut.\n\nRain fell on Sull. The road broke.\n\n“Bad,” said Greta Moll.", "The road", ""),
    ("The sign read “Shut.\n\n“Bad news. We wait,” said Greta Moll.\n\nTor Elden ran.", "“Bad news", "Greta Moll"),
    ("A 5\" nail lay there.\n\n\"We go. We run,\" Ida Brask yelled.", '"We go', "Ida Brask"),
    # a quotation that fills paragraphs opens its marks again
    ("“We built it, said Tor Elden.\n\n“It cost us all. We sold the inn.”", "We sold", "Tor Elden"),
    ("“We built it,” said Tor Elden. “It was cold.\n\n“It cost us all. We sold the inn.”", "“It cost", "Tor Elden"),
    ("“We built it,” said Tor Elden.\n\n“It cost us all. We sold the inn.”", "We sold", ""),
    (LONG, "Nine years is enough", "Tor Elden"),
    (LONG, "“The council promised", "Tor Elden"),
    # outside a quotation nobody is named
    ("The wall is long. It is grey. “I like it,” said Tor Elden.", "The wall", ""),
    ("“I like it,” said Tor Elden. The wall is long. It is grey.", "It is grey", ""),
    ("“I like it,” said Tor Elden. The wall is “quite long”. It is grey.", "The wall", ""),
    ("“We won!” Ida Brask cheered. The crowd went home.", "The crowd", ""),
    ("“We won. We rest.” The crowd went home. “Good,” said Jon Aas.", "The crowd", ""),
    ("“One. Two. Three. Four,” counted Ida Brask.\n\nThe bell rang. It was noon.", "It was noon", ""),
    ("“One. Two. Three. Four,” counted Ida Brask.\n\nThe bell rang. It was noon.", "Two.", "Ida Brask"),
    ("“We wait.\nThe dam holds. It is old.\n“Good,” said Jon Aas.", "The dam", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quoted", "speaker"), CASES)
def test_a_quotation_has_the_speaker_of_its_own_paragraph(text: str, quoted: str, speaker: str) -> None:
    sentences = split_sentences(text)
    texts = [text[each.start : each.end] for each in sentences]
    index = next(at for at, each in enumerate(texts) if quoted in each)
    shown = [texts[at] for at in introducing(texts, paragraphs(text, sentences), index)]
    assert (len(shown) == 1 and speaker in shown[0]) if speaker and speaker not in texts[index] else not shown
