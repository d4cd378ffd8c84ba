"""CoNLL-U files -> sentences with their trees: the openly licensed treebanks that the pipeline is trained on, and those it is tested on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

# Genres of GUM whose texts are in the public domain or under CC BY or CC BY-SA. Left out: the non-commercial ones
# (fiction, whow, essay, letter, podcast, conversation), reddit (no text), and vlog (videos whose licence nobody checked one by one).
GUM_GENRES = ("academic", "bio", "court", "interview", "news", "speech", "textbook", "voyage")
# Speeches for which no licence of the single text was found: neither works of the government of the United States nor
# texts of the UN General Debate Corpus (CC0) or of creativecommons.org (CC BY).
_UNCLEAR = ("GUM_speech_trump", "GUM_speech_destiny", "GUM_speech_newzealand", "GUM_speech_data")


@dataclass(frozen=True, slots=True)
class Word:
    """A syntactic word. `head` is its head's place in the sentence counted from 0; -1 at the root. `space`: white space follows."""

    form: str
    lemma: str
    pos: str
    tag: str
    morph: str
    head: int
    dep: str
    space: bool
    misc: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """A sentence of a treebank; `starts_paragraph` where a new paragraph or document begins."""

    id: str
    words: tuple[Word, ...]
    starts_paragraph: bool

    @property
    def text(self) -> str:
        """The sentence as written."""
        return "".join(w.form + " " * w.space for w in self.words)


def read_conllu(path: Path) -> list[Tree]:
    """The sentences of a CoNLL-U file in order; raises `OSError` where there is none."""
    trees, starts, name = [], True, ""
    for block in re.split(r"\n\n+", path.read_text(encoding="utf-8")):
        lines = block.splitlines()
        starts |= any(line.startswith(("# newpar", "# newdoc")) for line in lines)
        name = next((line.split(" = ", 1)[1] for line in lines if line.startswith("# sent_id = ")), name)
        words = tuple(_words(line.split("\t") for line in lines if line and not line.startswith("#")))
        if words:
            trees.append(Tree(name, words, starts))
            starts = False
    return trees


def _words(rows: Iterator[list[str]]) -> Iterator[Word]:
    """The words of a sentence. The parts of "don't" stand without a space between them."""
    last, spaced = 0, True
    for row in rows:
        if "." in row[0]:
            continue
        if "-" in row[0]:
            last, spaced = int(row[0].split("-")[1]), "SpaceAfter=No" not in row[9]
            continue
        number = int(row[0])
        space = "SpaceAfter=No" not in row[9] if number > last else spaced and number == last
        lemma = row[1] if row[2] == "_" and row[1] != "_" else row[2]
        morph = "" if row[5] == "_" else row[5]
        dep = "ROOT" if row[7] == "root" else row[7]
        yield Word(row[1], lemma, row[3], row[4], morph, int(row[6]) - 1, dep, space, row[9])


def paragraphs(trees: list[Tree], most: int = 12) -> list[list[Tree]]:
    """The sentences by paragraph, at most `most` in one."""
    found: list[list[Tree]] = []
    for tree in trees:
        if tree.starts_paragraph or not found or len(found[-1]) >= most:
            found.append([])
        found[-1].append(tree)
    return found


def gum(data: Path, part: str) -> list[Tree]:
    """The sentences of GUM's "train", "dev" or "test": of the open genres in training, of all in the other two."""
    if part != "train":
        return read_conllu(data / f"gum/en_gum-ud-{part}.conllu")
    splits = (data / "gum/splits.md").read_text(encoding="utf-8")
    held = {
        m[1]
        for section in re.split(r"^## ", splits, flags=re.M)
        if not section.startswith("train")
        for m in re.finditer(r"\* (GUM_\w+)", section)
    }
    files = [p for genre in GUM_GENRES for p in sorted((data / "gum/dep").glob(f"GUM_{genre}_*.conllu"))]
    return [tree for p in files if p.stem not in held and p.stem not in _UNCLEAR for tree in read_conllu(p)]


def ewt(data: Path, part: str) -> list[Tree]:
    """The sentences of UD English EWT: "train", "dev" or "test"."""
    return read_conllu(data / f"ewt/en_ewt-ud-{part}.conllu")


def pud(data: Path, *, news: bool) -> list[Tree]:
    """The sentences of UD English PUD (test only), each a paragraph of its own; with `news` those from news alone."""
    trees = read_conllu(data / "pud/en_pud-ud-test.conllu")
    return [replace(t, starts_paragraph=True) for t in trees if not news or t.id.startswith("n")]
