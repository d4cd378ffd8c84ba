"""Sentences with named entities: PERSON, ORG and LOC (states included), from data sets that draw their borders differently.

Titles stand outside a person, adjectives of nationality are no entities, and what a set does not mark is left unmarked.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.training.treebank import Tree, Word, ewt, gum

PERSON, ORG, LOC = "PERSON", "ORG", "LOC"
LABELS = (PERSON, ORG, LOC)
_UNER = {"PER": PERSON, "ORG": ORG, "LOC": LOC}
_CROSSNER = {
    "politician": PERSON, "person": PERSON, "organisation": ORG, "politicalparty": ORG, "country": LOC, "location": LOC,
}  # fmt: skip
_GMB = {"per": PERSON, "org": ORG, "geo": LOC, "gpe": LOC}
_GUM = {"person": PERSON, "organization": ORG, "place": LOC}
# GMB counts a title as part of a person; here the person begins after it.
_TITLES = frozenset((
    "President", "Prime", "Minister", "Foreign", "Secretary", "Senator", "General", "Chancellor", "King", "Queen", "Mr.", "Mrs.", "Ms.",
    "Dr.", "Vice", "Defense", "Ambassador", "Governor", "Chairman", "Spokesman", "Pope",
))  # fmt: skip
_GMB_COLUMNS = 4
_ADJECTIVES = ("JJ", "NNS", "NNPS", "NNS|NNP")
_NO_SPACE_BEFORE = frozenset((*".,;:?!)]}%", "'s", "'S", "n't", "’s", "'re", "'ve", "'ll", "'d", "'m"))
_NO_SPACE_AFTER = frozenset((*"([{$#“", "``"))
_MENTION = re.compile(r"\(([^()]+)\)?|([^()]+)\)")
_ENTITY = re.compile(r"(?:^|\|)Entity=([^|]+)")

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Named:
    """A sentence: its words, whether white space follows each, and its entities as (first word, word after the last, label)."""

    words: tuple[str, ...]
    spaces: tuple[bool, ...]
    spans: tuple[Span, ...]


def uner(data: Path, part: str) -> list[Named]:
    """Universal NER on EWT: "train", "dev" or "test", spaced as in the treebank."""
    name = "train.hist" if part == "train" else part
    spaced = {tree.id: tree for tree in ewt(data, part)}
    found = []
    for block in _blocks(data / f"uner/en_ewt-ud-{name}.iob2"):
        key = next((line.split(" = ")[1] for line in block if line.startswith("# sent_id")), "")
        rows = [line.split("\t") for line in block if not line.startswith("#")]
        words = tuple(row[1] for row in rows)
        tree = spaced.get(key)
        same = tree is not None and tuple(w.form for w in tree.words) == words
        spaces = tuple(w.space for w in tree.words) if tree and same else _spaces(words)
        found.append(Named(words, spaces, tuple(_decode([row[2] for row in rows], _UNER))))
    return found


def wikigold(data: Path) -> list[Named]:
    """Wikigold, whole."""
    path = data / "wikigold/data/wikigold/CONLL-format/data/wikigold.conll.txt"
    rows = ([line.split(" ") for line in block if not line.startswith("-DOCSTART-")] for block in _blocks(path))
    return [_from_columns(sentence, _UNER) for sentence in rows if sentence]


def crossner(data: Path, part: str) -> list[Named]:
    """CrossNER on politics: "train", "dev" or "test"."""
    path = data / f"crossner/ner_data/politics/{part}.txt"
    return [_from_columns([line.split("\t") for line in block], _CROSSNER) for block in _blocks(path)]


def gmb(data: Path) -> list[Named]:
    """The excerpt of the Groningen Meaning Bank (VOA news), to test on."""
    sentences: list[list[list[str]]] = []
    with (data / "gmb/ner_dataset.csv").open(encoding="latin-1", newline="") as file:
        for row in list(csv.reader(file))[1:]:
            if row[0]:
                sentences.append([])
            if len(row) == _GMB_COLUMNS and row[1]:
                sentences[-1].append(row)
    return [_from_gmb(rows) for rows in sentences[:-1]]  # the excerpt breaks off in its last sentence


def _from_gmb(rows: Sequence[Sequence[str]]) -> Named:
    words = tuple(row[1] for row in rows)
    tags = ["O" if row[3].endswith("gpe") and row[2] in _ADJECTIVES else row[3] for row in rows]
    spans = ((_after_titles(words, start, end) if label == PERSON else start, end, label) for start, end, label in _decode(tags, _GMB))
    return Named(words, _spaces(words), tuple(span for span in spans if span[0] < span[1]))


def _after_titles(words: Sequence[str], start: int, end: int) -> int:
    return next((i for i in range(start, end) if words[i] not in _TITLES), end)


def gum_names(data: Path, part: str, places: frozenset[str]) -> list[Named]:
    """Named persons, organisations and places of GUM. It calls states organisations: an organisation in `places` is a place."""
    return [_from_tree(tree, places) for tree in gum(data, part)]


def _from_tree(tree: Tree, places: frozenset[str]) -> Named:
    words = tuple(w.form for w in tree.words)
    taken: set[int] = set()
    spans = []
    for start, end, label in sorted(_named_mentions(tree.words), key=lambda s: (s[0] - s[1], s[0])):
        if not taken & set(range(start, end)):
            taken |= set(range(start, end))
            name = " ".join(words[start:end])
            spans.append((start, end, LOC if label == ORG and name in places else label))
    return Named(words, tuple(w.space for w in tree.words), tuple(sorted(spans)))


def _named_mentions(words: Sequence[Word]) -> Iterator[Span]:
    """The mentions whose head is a proper noun, cut down to the name."""
    for start, end, kind in _mentions(words):
        heads = [i for i in range(start, end) if not start <= words[i].head < end]
        if kind in _GUM and heads and words[heads[0]].pos == "PROPN":
            yield _cut(words, start, end, heads[0], _GUM[kind])


def _mentions(words: Sequence[Word]) -> Iterator[tuple[int, int, str]]:
    """GUM's entity annotation: brackets that open with `(id-kind-…` and close with `id)`."""
    opened: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for i, word in enumerate(words):
        annotation = _ENTITY.search(word.misc)
        for match in _MENTION.finditer(annotation[1]) if annotation else ():
            fields = match[0].strip("()").split("-")
            if not match[0].startswith("("):
                if opened[fields[0]]:
                    start, kind = opened[fields[0]].pop()
                    yield start, i + 1, kind
            elif len(fields) > 1 and match[0].endswith(")"):
                yield i, i + 1, fields[1]
            elif len(fields) > 1:
                opened[fields[0]].append((i, fields[1]))


def _cut(words: Sequence[Word], start: int, end: int, head: int, label: str) -> Span:
    """The name within a mention: its head and the words beside it that belong to the name."""
    first = last = head
    while first > start and _is_part(words[first - 1], label):
        first -= 1
    while last + 1 < end and _is_part(words[last + 1], label):
        last += 1
    loose = ("ADP", "CCONJ", "PUNCT", "DET")
    while first < head and words[first].pos in loose:
        first += 1
    while last > head and words[last].pos in loose:
        last -= 1
    return first, last + 1, label


def _is_part(word: Word, label: str) -> bool:
    if label == PERSON and word.dep.split(":")[0] in ("punct", "appos", "conj", "cc", "nmod"):
        return False
    named = word.pos == "PROPN" or (word.pos in ("ADJ", "NOUN", "VERB") and word.form[:1].isupper())
    return named or (label != PERSON and word.pos in ("ADP", "CCONJ")) or (word.pos == "PUNCT" and word.form in ("-", "–", "."))


def places_of(sentences: Iterable[Named]) -> frozenset[str]:
    """The names that are a place more often than anything else."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in sentences:
        for start, end, label in sentence.spans:
            counts[" ".join(sentence.words[start:end])][label] += 1
    return frozenset(name for name, labels in counts.items() if labels.most_common(1)[0][0] == LOC)


def marked_names(data: Path) -> list[Named]:
    """The sentences to train on of all sets that call states places."""
    return uner(data, "train") + wikigold(data) + crossner(data, "train") + crossner(data, "dev")


def training_names(data: Path) -> list[Named]:
    """All sentences with names that the shipped pipeline learns from."""
    marked = marked_names(data)
    return marked + gum_names(data, "train", places_of(marked))


def _blocks(path: Path) -> Iterator[list[str]]:
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        lines = [line for line in block.splitlines() if line.strip()]
        if lines:
            yield lines


def _from_columns(rows: Sequence[Sequence[str]], labels: Mapping[str, str]) -> Named:
    words = tuple(row[0] for row in rows)
    return Named(words, _spaces(words), tuple(_decode([row[1] for row in rows], labels)))


def _decode(tags: Sequence[str], labels: Mapping[str, str]) -> Iterator[Span]:
    """Spans of tags in IOB or IOB2; kinds that `labels` lacks are left out."""
    start, kind = 0, ""
    for i, tag in enumerate([*tags, "O"]):
        begins, _, name = tag.partition("-")
        if kind and (begins != "I" or name != kind):
            if kind in labels:
                yield start, i, labels[kind]
            kind = ""
        if name and not kind:
            start, kind = i, name


def _spaces(words: Sequence[str]) -> tuple[bool, ...]:
    """Where white space most likely stood in a text of which only the words are known."""
    spaces, quoted = [], False
    for word, after in zip(words, [*words[1:], ""], strict=True):
        opens = word == '"' and not quoted
        quoted ^= word == '"'
        spaces.append(not (not after or after in _NO_SPACE_BEFORE or word in _NO_SPACE_AFTER or opens or (after == '"' and quoted)))
    return tuple(spaces)
