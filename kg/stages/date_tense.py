"""Whether the words around a date tell of what was or of what is to come.

Text and offsets go in, a `Direction` comes out; only the sentence is looked at, nearest clause first. These are cues of
the surface, cheap enough to read for every date: the verbs are classes of English grammar, not of any kind of event.
"""

import re
from typing import Literal

Direction = Literal["past", "future", "near", "open"]
REACH = 160

MODAL = r"will|shall|won['’]t|would(?! have| not have)|can|may(?! have)|might(?! have)|could(?! have)|must(?! have)|should(?! have)"
AWAIT = r"set|due|scheduled|expected|slated|planned|planning|going|preparing|likely|poised|ready"
# What governs an infinitive or a plan for later, by itself.
INTEND = r"(?:plans?|intends?|hopes?|expects?|aims?|wants?|vows?)\sto|upcoming|forthcoming"
PAST_FORMS = (
    "was were had did has have been agreed said told met held went came took made gave sent flew left began saw became brought "
    "built chose drew fell felt found fought got grew heard kept knew led lost paid ran rose sat set shook shot showed "
    "sold spent spoke stood struck swore thought threw understood won wrote put cut hit"
)
PRESENT = r"is|are|am|begins?|opens?|starts?|takes place|take place|meets?|arrives?|leaves?|ends?|visits?|holds?|resumes?"

# "agreed" but not "need", nor "the armed", "an unprecedented".
PARTICIPLE = r"(?<!\bthe\s)(?<!\ban\s)(?<!\ba\s)(?<!\bits\s)(?<!\bhis\s)(?<!['’]s\s)\b[a-z]{2,}(?<!e)ed\b"

# Read from the left; the first alternative that matches at a place decides.
CUE = re.compile(
    rf"(?P<near>\b(?:was|were|been)\s(?:\w+ly\s)?(?:{AWAIT})\s(?:to|for|on|in)\b|\b(?:ahead of|prior to|in preparation for|on the eve of))"
    rf"|(?P<future>\b(?:{MODAL})\b|['’]ll\b|\b(?:is|are|be|being|been|{AWAIT})\s(?:\w+ly\s)?(?:to\s[a-z]|(?:{AWAIT})\b)|\b(?:{INTEND})\b)"
    rf"|(?P<past>\b(?:{'|'.join(PAST_FORMS.split())})\b|{PARTICIPLE})"
    rf"|(?P<infinitive>\bto\s(?!(?:the|a|an|his|her|its|their|this|that|be|state)\b)[a-z]+\b)"
    rf"|(?P<present>\b(?:{PRESENT})\b)"
)
BREAK = re.compile(r"[,;:()“”\"—–]|\b(?:that|who|whom|which|and|but|after|before|when|while|as|because|since|where|if|although|though|following)\b")
# An abbreviation ends no sentence: a capital, a short title or a month before the full stop.
SENTENCE_END = re.compile(
    r"\n|[.!?](?<![A-Z].)(?<!\b(?:Mr|Ms|Dr|St|Lt).)(?<!\b(?:Mrs|Gen|Sen|Gov|Rep|Col|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec).)(?<!\bSept.)"
    r"[\"”’)]*\s+(?=[\"“‘(]?[A-Z])"
)
# "… that on Monday he will": the date opens a clause, so that the verb follows.
OPENS_CLAUSE = re.compile(r"(?:^|,|\b(?:that|who|which|but|while|when|where|as|because|and(?=\s\w+\s*$)))\s*(?:(?:on|in|by|from|late|early|since|the|at)\s+)*$", re.I)
# "the ceremony on Thursday will be": the date belongs to the subject.
IN_SUBJECT = re.compile(rf"\s(?:{MODAL}|is|are|was|were|has|had)\b")


def find_direction(text: str, start: int, end: int) -> Direction:
    """Where the verb nearest to text[start:end] points; "near" where the clause leaves it to the calendar, "open" where no verb stands."""
    left = SENTENCE_END.split(text[max(0, start - REACH) : start])[-1]
    right = SENTENCE_END.split(text[end : end + REACH], maxsplit=1)[0]
    before = [clause for clause in reversed(BREAK.split(left)) if clause]
    after = [clause for clause in BREAK.split(right) if clause]
    clauses = after + before if OPENS_CLAUSE.search(left) or IN_SUBJECT.match(right) else before + after
    return next((direction for clause in clauses if (direction := _read_clause(clause)) != "open"), "open")


def _read_clause(clause: str) -> Direction:
    cues = [match.lastgroup for match in CUE.finditer(clause)]
    if not cues:
        return "open"
    if "near" in cues:
        return "near"
    if "future" in cues:
        return "future"
    # "flew there to meet him on Tuesday": the calendar tells whether Tuesday has been.
    if cues[-1] == "infinitive":
        return "near" if "past" in cues else "future"
    return "past" if "past" in cues else "near"
