"""What dates look like in English news: the words, and one regular expression a kind of phrase.

Nothing is resolved here. `PHRASE` finds a phrase and the name of its kind (`lastgroup`); `KINDS[kind]` matched at the
same place gives its parts. The patterns are wider than the language ("Last", "Fast" and "Past" alike may stand before
"month"): the tables of words decide, and a phrase may turn out to be no date ("Resolution 2019", "May said").
"""

import re


def _numbered(words: str, first: int = 0) -> dict[str, int]:
    return {word: number for number, word in enumerate(words.split(), first)}


MONTHS = _numbered("january february march april may june july august september october november december", 1)
MONTHS |= _numbered("jan feb mar apr may jun jul aug sep oct nov dec", 1) | {"sept": 9}
WEEKDAYS = _numbered("monday tuesday wednesday thursday friday saturday sunday")
ORDINALS = _numbered("first second third fourth", 1)
FEASTS = {"newyearday": (1, 1), "newyeareve": (12, 31)}  # month and day
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # the first of its three months
NUMBERS = _numbered("one two three four five six seven eight nine ten eleven twelve", 1)
NUMBERS |= {"a": 1, "an": 1, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}

# A gap between words may hold one line break; an empty line separates.
S = r"(?:[^\S\n]+|\n)"
DASH = r"\s?[-–—]\s?"
AND = rf"(?:{DASH}|{S}(?:to|and|through|until|till|&){S})"
MONTH = (
    r"[JFMASOND][aepuco][bcglnprtvy](?<=Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"(?:uary|ruary|ch|il|[ey]|ust|t(?:ember)?|ober|ember)?\b(?:(?<=\b[A-Z][a-z]{2})(?<!May)\.|(?<=Sept)\.)?"
)
DAY = r"\d\d?(?:st|nd|rd|th)?(?![\w%]|[.:]\d|,\d{3}\b)"
YEAR = r"[12]\d{3}(?![\w%]|[.,]\d)"
SEASON = r"[SsAaFfWw](?:pring|ummer|utumn|all|inter)\b"
WEEKDAY = r"[MTWFS][a-z]{2,5}day\b"
PART = rf"(?:{S}(?:early{S}|late{S})?(?:morning|afternoon|evening|night)\b)?"
SHIFTED_YEAR = rf"{S}(?:of{S})?(?P<shift>last|this|next|that|the{S}same|the{S}previous|the{S}following){S}year\b"
# "Juche 113 (2024)": Juche years count from 1912; where both stand the common era decides.
JUCHE = rf"Juche{S}?(?P<juche>\d{{1,3}})\b(?:{S}?\((?P<era>{YEAR})\))?"
OF_YEAR = rf"(?:,?{S}(?:of{S})?(?P<year>{YEAR})|,?{S}{JUCHE}|{SHIFTED_YEAR})"
# "from June 29 to July 2, 2012": the year stands with the second.
YEAR_AHEAD = (
    rf"(?={AND}(?:{DAY}{S})?(?P<until>{MONTH})(?:{S}{DAY})?"
    rf"(?:,?{S}(?:of{S})?(?P<ahead>{YEAR})|{S}(?:of{S})?(?P<beyond>last|this|next){S}year\b))"
)
WHOLE = rf"(?:{OF_YEAR}|{YEAR_AHEAD})?"
# "two days before" stands for itself here, in "two days before the vote" it does not.
CLAUSE_END = rf"(?={S}?[.,;:)”\"’–—]|$|\n|{S}(?:and|but|in|at|by|from|with)\b)"

# The order counts: where two match at one place the first wins. Each begins with a set of letters, by which `re` skips most unread.
_SOURCES = {
    "iso": r"(?P<year>[12]\d{3})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)",
    "numeric": r"(?P<one>\d\d?)[/.](?P<two>\d\d?)[/.](?P<year>\d{4}|\d\d)(?![./]?\w)",
    "day_first": rf"(?P<day>{DAY})(?:{AND}(?P<last>{DAY}))?{S}(?:of{S})?(?P<month>{MONTH}){WHOLE}",
    "month_first": (
        rf"(?P<month>{MONTH})(?:{S}(?P<day>{DAY})(?:{AND}(?P<last>{DAY})(?!{S}(?:million|billion|percent|people|{MONTH})))?)?{WHOLE}"
    ),
    "part_of_month": (
        rf"(?:[Tt]he{S})?(?:[Ee]nd|[Cc]lose|[Bb]eginning|[Ss]tart|[Mm]iddle|(?:[Ff]irst|[Ss]econd|[Ll]atter){S}half"
        rf"|(?:[Ff]irst|[Ll]ast|[Cc]losing|[Oo]pening){S}days){S}of{S}(?P<month>{MONTH})(?!{S}\d\d?\b){OF_YEAR}?"
    ),
    "feast": rf"(?P<feast>New{S}Year(?:[’']s)?{S}(?:Day|Eve))\b{OF_YEAR}?",
    # Only the weekday is taken: the date that it stands before is the next phrase.
    "weekday_of_date": rf"[MTWFS](?:on|ue|ed|hu|ri|at|un)[a-z]*\.?,?{S}(?:the{S})?(?=\d|{MONTH}{S}\d)",
    "weekday": rf"(?P<weekday>{WEEKDAY}){PART}(?:{S}(?:of{S})?(?P<shift>last|this|next){S}week\b)?",
    "years": rf"(?P<year>[12]\d{{3}})(?:[-–/](?P<short>\d\d)|{DASH}(?P<last>{YEAR}))(?![\w%]|[-.,/]\d)",
    "decade": r"(?P<year>[12]\d\d0)s\b",
    "year": rf"(?P<year>{YEAR})",
    "juche": JUCHE,
    "two_days": rf"[Tt]he{S}day{S}(?:before{S}(?P<back>yesterday)|after{S}tomorrow)\b",
    "day_beside": rf"[Tt]he{S}day{S}(?P<side>before|after){CLAUSE_END}",
    "counted": (
        rf"(?P<count>\w++){S}(?P<unit>day|week|month|year)s?{S}"
        rf"(?:(?P<now>ago|from{S}now)\b(?:{S}(?P<exact>today|this{S}month)\b)?"
        rf"|(?P<then>later|earlier)\b(?!{S}than)|(?P<beside>before|after|afterwards){CLAUSE_END})"
    ),
    "near_day": rf"(?P<word>[YyTtLl](?:esterday|oday|omorrow|onight|ast{S}night|his{S}(?:morning|afternoon|evening)))\b{PART}",
    "named": (
        r"(?P<which>[LlNnTtSsPpFfCc](?:ast|ext|his|hat|ame|revious|receding|ollowing|oming))"
        rf"(?:{S}(?P<nearer>past|coming|same|very))?{S}"
        rf"(?:(?P<unit>day|week|weekend|month|quarter|year|morning|afternoon|evening|night)\b"
        rf"|(?P<season>{SEASON})(?!{S}\d)|(?P<weekday>{WEEKDAY}){PART}|(?P<month>{MONTH})(?!,?{S}\d))"
    ),
    "within": rf"[EeLl](?:arlier|ater|ate|arly){S}(?:in|on){S}the{S}(?:same{S})?(?P<unit>day|week|month|year)\b",
    "end_of": rf"[EeBbSsMm](?:nd|eginning|tart|iddle){S}of{S}the{S}(?P<unit>week|month|year)\b",
    "all_day": rf"[EeFfDd](?:nd|nding|nded|or|uring){S}the{S}(?P<unit>day)(?={S}?[,.]|{S}(?:up|down|at)\b)",
    "weekend": rf"[Tt]he{S}weekend\b",
    "quarter": rf"(?P<ordinal>[FfSsTt](?:irst|econd|hird|ourth))[\s-]quarter\b{OF_YEAR}?",
    "short_quarter": rf"Q(?P<number>[1-4])\b{OF_YEAR}?",
    "half": rf"(?P<ordinal>[FfSs](?:irst|econd)){S}half{S}of{S}(?:(?P<year>{YEAR})|(?P<shift>last|this|next|the){S}year\b)",
    "season": rf"(?P<season>{SEASON}){OF_YEAR}",
}

KINDS = {kind: re.compile(source) for kind, source in _SOURCES.items()}


def _unnamed(source: str) -> str:
    return re.sub(r"[(][?]P<[a-z]+>", "(?:", source)


# The name stands in an empty group behind each kind: in front it would hide the letters that it begins with.
PHRASE = re.compile(r"\b(?:" + "|".join(f"{_unnamed(source)}(?P<{kind}>)" for kind, source in _SOURCES.items()) + ")")

# At the start of a line: "Pyongyang, July 19 (KCNA) --", "MOSCOW, September 13. /TASS/"; or a date alone on its line.
_PLACE = rf"(?!{WEEKDAY})" + r"[A-Z][^\W\d]+(?:[ .'’/-]{1,2}[^\W\d]+){0,4}(?:, [A-Z][^\W\d]+(?: [^\W\d]+)?)?"
DATELINE = re.compile(
    rf"^[^\S\n]*(?:(?P<place>{_PLACE}),{S})?(?:(?P<weekday>{WEEKDAY}),?{S})?(?P<date>(?:{MONTH}{S}{DAY}|{DAY}{S}{MONTH}){OF_YEAR}?)"
    r"(?:[.,]?\s?(?P<agency>\([^()\n]{2,40}\)|/[^/\n]{2,40}/)|[^\S\n]*$)",
    re.M,
)
