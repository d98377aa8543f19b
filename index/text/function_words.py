# ruff: noqa: E501
"""Question and function words of other scripts, which name nothing and so are not searched for in articles."""

import re

# whole words in Arabic, Hebrew, Korean, Russian and Ukrainian
_WORDS = frozenset(
    """
    من ما ماذا متى أين كيف لماذا كم هل أي أية التي الذي في على إلى عن مع هو هي هم كان كانت هذا هذه أن إن قد و ب ل تبلغ يبلغ
    מי מה מתי איפה היכן איך כיצד למה מדוע כמה האם איזה איזו אילו של את על עם אל זה זאת זו הוא היא הם היה היו הייתה לא גם
    누가 누구 누구입니까 누구인가요 누구인가 무엇 무엇입니까 무엇을 언제 어디 어디에 어디서 어디입니까 어떻게 왜 몇 얼마 얼마나 얼마가 얼마입니까 어느 어떤
    있습니까 있나요 했습니까 합니까 입니까 인가요 무슨
    кто что когда где куда откуда как почему зачем сколько какой какая какие каком какую чей чья ли в на за из с со к по о от
    для до и или не это этот эта был была было были есть во обо
    """.split()
)
# substrings in Thai, Chinese and Japanese, longest first
_STRETCHES = re.compile(
    "ใครเป็น|เป็นใคร|คือใคร|ใคร|เมื่อไหร่|เมื่อไร|เท่าไหร่|เท่าไร|ที่ไหน|ไหน|อย่างไร|ทำไม|คืออะไร|อะไร|หรือไม่|มีกี่|กี่|เป็น|ของ|และ"
    "|誰が|誰です|だれ|誰|いつ|どこ|なぜ|何人|何年|何|いくら|どの|です|ます|ました|ですか|ましたか|か[?？]|谁是|是谁|谁|什么时候|什么|哪里|哪儿|哪|为什么|怎么|多少|几|吗|呢"
)


def without_function_words(text: str) -> str:
    """Return a text without the question and function words of other scripts."""
    spaced = _STRETCHES.sub(" ", text)
    return re.sub(r"[^\W\d_]+", lambda word: " " if word[0] in _WORDS else word[0], spaced)
