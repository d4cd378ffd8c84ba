"""Whether the words around a date tell of what was or of what is to come.

Text and offsets go in, a `Direction` comes out; only the sentence is looked at, nearest clause first. These are cues of
the surface, cheap enough to read for every date: the verbs are classes of English grammar, not of any kind of event.
"""

import re
from typing import Literal

Direction = Literal["past", "future", "near", "open"]
REACH = 160
NEXT_REACH = 40

MODAL = r"will|shall|won['’]t|would(?! have| not have)|can|may(?! have)|might(?! have)|could(?! have)|must(?! have)|should(?! have)"
# Said of what has been arranged; alone before "to" or "for", or after "is".
ARRANGED = r"set|scheduled|expected|slated|planned|poised|likely"
AWAITED = rf"{ARRANGED}|due|planning|going|preparing|ready"
INTENDS = r"(?:plans?|intends?|hopes?|expects?|aims?|wants?|vows?)\sto|upcoming|forthcoming"
AHEAD = r"ahead of|in preparation for|in time for|on the eve of"
PAST_FORMS = (
    "was were had did has have been agreed said told met held went came took made gave sent flew left began saw became brought "
    "built chose drew fell felt found fought got grew heard kept knew led lost paid ran rose sat shook shot showed shrank "
    "sold spent spoke stood struck swore thought threw understood won wrote put cut hit"
)
PRESENT_FORMS = (
    "is are am begin begins open opens start starts meet meets arrive arrives leave leaves end ends visit visits hold holds "
    "resume resumes say says tell tells report reports announce announces claim claims"
)
# "agreed" but not "need", nor "the armed", "an unprecedented".
PARTICIPLE = r"(?<!\bthe\s)(?<!\ban\s)(?<!\ba\s)(?<!\bits\s)(?<!\bhis\s)(?<!['’]s\s)\b[a-z]{2,}(?<!e)ed\b"
# Not an infinitive: "to the", "to death".
NO_VERB = (
    "the|a|an|his|her|its|their|this|that|be|state|death|power|work|talks|reporters|war|peace|prison|jail|court|office"
    "|parliament|life|date|part"
)

# Read from the left; the first alternative that matches at a place decides.
CUE = re.compile(
    rf"(?P<near>\b(?:was|were|been)\s(?:\w+ly\s)?(?:{AWAITED})\s(?:to|for|on|in)\b)"
    rf"|(?P<future>\b(?:{MODAL}|{AHEAD}|{INTENDS})\b|['’]ll\b|\b(?:is|are|be|being|been)\s(?:\w+ly\s)?(?:to\s[a-z]|(?:{AWAITED})\b)"
    rf"|\b(?:{ARRANGED})\s(?:to|for)\b)"
    rf"|(?P<past>\b(?:{'|'.join(PAST_FORMS.split())})\b|{PARTICIPLE})"
    rf"|(?P<infinitive>\bto\s(?!(?:{NO_VERB})\b)[a-z]+\b)"
    rf"|(?P<present>\b(?:{'|'.join(PRESENT_FORMS.split())})\b)"
)
BREAK = re.compile(
    r"[,;:()“”\"—–]"
    r"|\b(?:that|who|whom|which|and|but|after|before|when|while|as|because|since|where|if|although|though|following)\b"
)
# An abbreviation ends no sentence: a capital, a short title or a month before the full stop.
SENTENCE_END = re.compile(
    r"\n|[.!?](?<![A-Z].)(?<!\b(?:Mr|Ms|Dr|St|Lt).)(?<!\b(?:Mrs|Gen|Sen|Gov|Rep|Col|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec).)(?<!\bSept.)"
    r"[\"”’)]*\s+(?=[\"“‘(]?[A-Z])"
)
# "who will lead it resigned on Friday": the verb next to the date, unless "is" or "be" makes it part of a plan.
NEXT_TO_DATE = re.compile(
    rf"(?<!\bbe\s)(?<!\bis\s)(?<!\bare\s)(?<!\bbeen\s)(?<!\bbeing\s)\b(?!(?:{ARRANGED}|has|have|been|put|cut|hit)\b)"
    rf"(?:{'|'.join(PAST_FORMS.split())}|{PARTICIPLE})\s(?:(?:on|in|by|late|early|from|at)\s)*$"
)
# "… following a meeting on Friday": what something else follows has been.
AFTERWARDS = re.compile(r"\b(?:following|after)\s(?!(?:that|this)\b)[^,;:()“”\"—–]*$")
# What follows "that" is another clause: "announces on Sunday that he will".
MAIN_CLAUSE_END = re.compile(SENTENCE_END.pattern + r"|\b(?:that|who|which)\b")
# "… that on Monday he will": the date opens a clause, so that the verb follows.
OPENS_CLAUSE = re.compile(
    r"(?:^|,|\b(?:that|who|which|but|while|when|where|as|because|and(?=\s\w+\s*$)))"
    r"\s*(?:(?:on|in|by|from|late|early|since|the|at)\s+)*$",
    re.I,
)
# "the ceremony on Thursday will be": the date belongs to the subject.
IN_SUBJECT = re.compile(rf"\s(?:{MODAL}|is|are|was|were|has|had)\b")


def find_direction(text: str, start: int, end: int) -> Direction:
    """Where the verb nearest to text[start:end] points; "near" where the clause leaves it to the calendar, "open" where no verb stands."""
    left = SENTENCE_END.split(text[max(0, start - REACH) : start])[-1]
    right = MAIN_CLAUSE_END.split(text[end : end + REACH], maxsplit=1)[0]
    sides: tuple[Direction, Direction]
    if OPENS_CLAUSE.search(left) or IN_SUBJECT.match(right):
        sides = _read_right(right), _read_left(left)
    else:
        sides = _read_left(left), _read_right(right)
    return sides[1] if sides[0] == "open" else sides[0]


def _read_left(left: str) -> Direction:
    """The verb next to the date decides, else the last clause that has one."""
    if NEXT_TO_DATE.search(left[-NEXT_REACH:]):
        return "past"
    after = AFTERWARDS.search(left)
    if after and not CUE.search(left, after.end()):
        return "past"
    for clause in reversed(BREAK.split(left)):
        cues = [match.lastgroup for match in CUE.finditer(clause)]
        if cues:
            return _weigh(cues)
    return "open"


def _weigh(cues: list[str | None]) -> Direction:
    if "near" in cues:
        return "near"
    if "future" in cues:
        return "future"
    # "flew there to meet him on Tuesday": the calendar tells whether Tuesday has been.
    if cues[-1] == "infinitive":
        return "near" if "past" in cues else "future"
    return "past" if "past" in cues else "near"


def _read_right(right: str) -> Direction:
    """The first verb decides: "on Wednesday reached an agreement to build"; "from Wednesday's storm rose to four" has no plan."""
    cue = CUE.search(right)
    if not cue:
        return "open"
    return "near" if cue.lastgroup == "infinitive" else _weigh([cue.lastgroup])
