"""Opposites: words that reverse a statement when one replaces the other."""

_GROUPS = """
before / after
more / fewer less
most / fewest least
above over / below under
spring / summer / autumn fall / winter
morning / afternoon / evening / night
north northern / south southern / east eastern / west western
rise rises rose risen rising increase increased grew grow / fall falls fell fallen decrease decreased dropped shrank
raise raises raised / lower lowers lowered cut cuts
higher highest / lower lowest
older oldest / younger youngest
longer longest / shorter shortest
larger largest bigger biggest / smaller smallest
earlier earliest / later latest
first / last
won win wins / lost lose loses
proposed propose proposes backed back supported support supports favour favoured / opposed oppose opposes
accepted accept accepts approved approve / rejected reject rejects refused refuse refuses
allowed allow permitted permit / banned ban forbade forbidden
opened open opens / closed close closes shut
started began begun begin start / ended end stopped stop finished
arrived arrive / left leave departed
bought buy / sold sell
hired hire appointed / dismissed fired sacked
always / never
all every / hardly few some
nobody none / everybody everyone all
inside / outside
public / private
true / false
likely / unlikely
possible / impossible
guilty / innocent
majority / minority
maximum / minimum
son sons / daughter daughters
father / mother
brother / sister
husband / wife
millimetre millimetres / centimetre centimetres / metre metres / kilometre kilometres
"""

_SIDES: dict[str, list[tuple[int, int]]] = {}
for _number, _line in enumerate(_GROUPS.split("\n")):
    for _side, _words in enumerate(_line.split(" / ")):
        for _word in _words.split():
            _SIDES.setdefault(_word, []).append((_number, _side))


def are_opposite(one: str, other: str) -> bool:
    """Return whether two words stand on different sides of one group, as "before" and "after" do."""
    sides, others = _SIDES.get(one.lower(), []), _SIDES.get(other.lower(), [])
    return any(group == same and side != across for group, side in sides for same, across in others)
