"""English synonyms and antonyms from which training statements are made.

They are used only in training: the check learns from the statements made with them, and from hand-written ones.
"""


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(one, other) for one, other in (line.strip().split(" / ") for line in text.strip().split("\n"))]


SAME_VERBS = _pairs("""
    begin / start
    buy / purchase
    help / assist
    need / require
    show / demonstrate
    choose / select
    finish / complete
    build / construct
    try / attempt
    happen / occur
    seek / look for
    keep / retain
    hurt / injure
    close / shut
    gather / collect
    permit / allow
    demand / call for
    postpone / put off
    abolish / do away with
    quit / leave
    enlarge / expand
    found / establish
    win / gain
    fix / repair
    answer / reply
    employ / hire
    oppose / object to
    back / support
    discover / find
    resign / step down
    cancel / call off
    investigate / look into
    reject / turn down
    continue / go on
""")
"""Lemmas; the second word of a multi-word verb is not inflected."""

OPPOSITE_VERBS = _pairs("""
    rise / fall
    increase / decrease
    grow / shrink
    raise / lower
    win / lose
    support / oppose
    back / oppose
    accept / reject
    approve / reject
    allow / forbid
    permit / prohibit
    open / close
    begin / end
    start / stop
    arrive / leave
    enter / leave
    join / leave
    buy / sell
    lend / borrow
    hire / dismiss
    appoint / dismiss
    remember / forget
    include / exclude
    succeed / fail
    gain / lose
    confirm / deny
    praise / criticise
    strengthen / weaken
    build / demolish
    create / destroy
    attack / defend
    encourage / discourage
    expand / reduce
    precede / follow
    agree / disagree
    love / hate
    give / take
    send / receive
    teach / learn
    push / pull
    import / export
    improve / worsen
""")

OPPOSITE_WORDS = _pairs("""
    before / after
    above / below
    inside / outside
    north / south
    east / west
    northern / southern
    eastern / western
    early / late
    earlier / later
    earliest / latest
    large / small
    larger / smaller
    largest / smallest
    big / small
    bigger / smaller
    biggest / smallest
    high / low
    higher / lower
    highest / lowest
    longer / shorter
    longest / shortest
    old / young
    older / younger
    oldest / youngest
    more / less
    most / least
    better / worse
    best / worst
    first / last
    always / never
    often / rarely
    usually / seldom
    public / private
    male / female
    true / false
    rich / poor
    strong / weak
    possible / impossible
    likely / unlikely
    popular / unpopular
    successful / unsuccessful
    legal / illegal
    majority / minority
    maximum / minimum
    mother / father
    son / daughter
    brother / sister
    husband / wife
    upper / lower
    hot / cold
    winter / summer
    spring / autumn
    morning / evening
    increase / decrease
    victory / defeat
    import / export
    beginning / end
    success / failure
    modern / ancient
    rural / urban
    northeast / southwest
    northwest / southeast
    permanent / temporary
""")

SAME_WORDS = _pairs("""
    large / big
    largest / biggest
    larger / bigger
    approximately / about
    nearly / almost
    because / since
    although / even though
    until / till
    whole / entire
    often / frequently
    quickly / fast
    famous / well known
    many / a large number of
    several / a number of
    primarily / mainly
    currently / at present
    difficult / hard
    various / different
    rapidly / quickly
    initially / at first
    eventually / in the end
    subsequently / later
    immediately / at once
    yearly / annual
    illness / disease
    error / mistake
    help / assistance
    kids / children
    film / movie
    amid / among
    prior to / before
    due to / because of
    such as / like
    near / close to
    in order to / to
    more than / over
    fewer than / under
    less than / under
    at least / no fewer than
    according to / as reported by
    located in / situated in
    along with / together with
    instead of / in place of
    despite / in spite of
    in addition to / besides
""")
"""Words and short phrases that are interchangeable in most contexts."""

WEAKER = _pairs("""
    all / some
    all / many
    all / most
    every / almost every
    most / some
    most / many
    always / often
    always / sometimes
    only / among others
    never / rarely
    completely / partly
    entirely / partly
    everyone / some people
    nobody / few people
    everywhere / in some places
    exclusively / mainly
""")
"""The first says more than the second, so it supports the second but not the reverse."""

SAYING = ("said", "stated", "remarked", "declared")
"""Verbs of speech that do not say whether the statement is true."""

UNITS = [
    ["kilometres", "miles", "metres", "centimetres", "feet"],
    ["km", "mi", "m", "cm", "ft"],
    ["kilograms", "pounds", "tonnes", "grams"],
    ["kg", "lb", "g"],
    ["days", "weeks", "months", "years", "hours", "minutes", "decades"],
    ["day", "week", "month", "year", "hour", "minute", "decade"],
    ["dollars", "euros", "pounds", "francs", "crowns"],
    ["million", "billion", "thousand", "hundred"],
    ["hectares", "acres", "square kilometres"],
    ["litres", "gallons"],
]
SAME_UNITS = _pairs("""
    km / kilometres
    kg / kilograms
    % / per cent
    percent / per cent
    kilometers / kilometres
    meters / metres
    mi / miles
    ft / feet
""")
ROUNDED = ("about", "around", "roughly", "some", "approximately")
