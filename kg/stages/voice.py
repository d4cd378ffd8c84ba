"""A noun of a sentence -> whose voice it is: an entity, or words for one without a name, and what kind of source that is.

"KCNA", "the Kremlin" and "he" are entities, "a Kremlin spokesman" speaks as the Kremlin; "three diplomats" and
"state media" have no name and keep their words. What cannot say anything gives nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from kg.dates import covers
from kg.ids import NK
from kg.lexicon import Lexicon
from kg.records import Link
from kg.stages.discourse import Scene, link_of
from kg.stages.refer import resolve
from kg.stages.syntax import children, conjuncts, is_verb, preposition, subjects
from kg.text import words

# The classes of nouns without a name, the surer first; each has the word class of that name with "Noun".
_NOUN_CLASSES = ("StateMedia", "NewsAgency", "Intelligence", "Government", "InternationalBody", "Media", "Expert", "Anonymous")
OUTLETS = tuple(NK + name for name in ("StateMedia", "NewsAgency", "PrivateMedia", "Media"))
_BY_KIND = {"State": "Government", "Ministry": "Government", "Armed": "Government", "International": "InternationalBody", "Outlet": "Media"}
_OTHER = NK + "OtherSource"
_GOVERNMENT = NK + "Government"
# How the name that a common noun stands for depends on it: "state media KCNA", "the TASS news agency".
_SAME = ("appos", "flat", "nmod:desc", "compound")
_OWNING = ("nmod:poss", "compound", "amod", "nmod", "nmod:desc", "appos", "obl", "obl:agent")
_OF = ("", "of", "for", "from", "by", "at", "to", "with")
# Phrases of the verb whose object or place an account is: "issued a statement", "said in a statement".
_TOLD_IN = ("", "in")
_DEFINITE = ("the", "this", "that")
_CUT = (",", "–", "—", "-", "(", ";", ":")
_CLAUSES = ("acl:relcl", "ccomp", "advcl", "parataxis")


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: an entity or nobody known, the article's words for it, the IRI of its class and the state for which it speaks."""

    entity: str | None
    text: str
    source_class: str
    side: str | None


def find_voices(token: Token, scene: Scene) -> list[Voice]:
    """The voices of a noun and of what is coordinated with it."""
    return [voice for part in conjuncts(token) for voice in voice_of(part, scene)]


def voice_of(token: Token, scene: Scene) -> list[Voice]:
    """The voice of one noun; two where it names two owners, none where it is nobody who speaks."""
    link = link_of(token, scene.parsed)
    if link is not None:
        return _named(link, scene)
    if is_verb(token):
        return []
    return next((found for find in _FINDERS if (found := find(token, scene))), [])


def owners(account: Token, scene: Scene) -> list[Voice]:
    """Whose words "KCNA's report" or "a statement by two ministries" are; of "said in a statement" those of who said so."""
    beside = [c for c in _owned_by(account) if c.dep_ not in ("compound", "amod") or c.i in scene.parsed.links]
    beside += [c for verb in children(account, "acl") for c in children(verb, "obl:agent", "obl") if preposition(c) == "by"]
    if not beside and account.dep_ in ("obj", "obl") and is_verb(account.head) and preposition(account) in _TOLD_IN:
        against = account.head.lemma_.lower() in scene.discourse.lexicon.words("Contradicting")
        beside = [subject for subject in subjects(account.head) if subject != account and not against]
    found = [voice for c in beside for part in conjuncts(c) for voice in voice_of(part, scene)]
    return [voice for voice in found if voice.entity] or found


def _owned_by(noun: Token) -> list[Token]:
    return [c for c in children(noun, *_OWNING) if preposition(c) in _OF]


# --- entities -------------------------------------------------------------------------------------


def _named(link: Link, scene: Scene) -> list[Voice]:
    """The voice of a name; a capital is its state, another place says nothing."""
    discourse, mention = scene.discourse, link.mention
    ontology = discourse.lexicon.ontology
    iri = ontology.capital_of.get(link.entity or "", link.entity)
    if iri is None:
        return [Voice(None, mention.text, _titled(mention.title, discourse.lexicon), mention.state)] if mention.kind == "person" else []
    entity = discourse.entities[iri]
    if discourse.lexicon.kind_of(entity) not in ("person", "organisation", "state"):
        return []
    return [Voice(iri, mention.text, class_of(iri, scene), side_of(iri, scene))]


def side_of(iri: str, scene: Scene) -> str | None:
    """The state for which an entity speaks: its country, or the state or international body itself."""
    entity, ontology = scene.discourse.entities[iri], scene.discourse.lexicon.ontology
    whole = any(ontology.is_a(entity.kind, NK + kind) for kind in ("State", "International"))
    return entity.country or (iri if whole else None)


def class_of(iri: str, scene: Scene) -> str:
    """The IRI of the class of source that an entity is."""
    discourse = scene.discourse
    ontology, entity = discourse.lexicon.ontology, discourse.entities[iri]
    if discourse.is_person(iri):
        return _class_of_person(iri, scene)
    by_kind = (NK + name for kind, name in _BY_KIND.items() if ontology.is_a(entity.kind, NK + kind))
    known = ontology.source_classes.get(iri) or next(by_kind, None)
    return known or _class_of_words([word.key for word in words(entity.label)], discourse.lexicon) or _OTHER


def _class_of_person(iri: str, scene: Scene) -> str:
    """That of the body in which the person holds an office on the article's day, or of the official title in the text."""
    ontology, discourse = scene.discourse.lexicon.ontology, scene.discourse
    held = [ontology.offices[t.office] for t in ontology.tenures_of(iri) if discourse.day is None or covers(t, discourse.day)]
    if held:
        return ontology.source_classes.get(held[0].organisation, _GOVERNMENT)
    titles = " ".join(x.mention.title for x in discourse.links if x.entity == iri)
    return _titled(titles, discourse.lexicon) if discourse.country(iri) else _OTHER


def _titled(title: str, lexicon: Lexicon) -> str:
    official = {word.key for word in words(title)} & lexicon.words("OfficialTitle")
    return _GOVERNMENT if official else _OTHER


# --- nouns ----------------------------------------------------------------------------------------


def _through(noun: Token, scene: Scene) -> list[Voice]:
    """Of a spokesman and of a report the voice is that of their owner: the Kremlin's in "a Kremlin spokesman"."""
    lexicon, lemma = scene.discourse.lexicon, noun.lemma_.lower()
    if lemma in lexicon.words("Account"):
        return [_in_its_words(noun, voice, scene) for voice in owners(noun, scene)]
    if lemma in lexicon.words("Spokesperson") and noun.tag_ != "NNS":
        return [_in_its_words(noun, v, scene) for c in _owned_by(noun) for v in voice_of(c, scene) if not _is_demonym(c, scene)][:1]
    return []


def _in_its_words(noun: Token, voice: Voice, scene: Scene) -> Voice:
    return voice if voice.entity else _unnamed(noun, voice.source_class, voice.side, scene)


def _by_noun(noun: Token, scene: Scene) -> list[Voice]:
    """The voice of a noun that tells what kind of source it is, or of the name that stands beside it."""
    found = _class_of_words(_written(noun), scene.discourse.lexicon)
    if found is None:
        return []
    beside = [t for t in noun.subtree if t.dep_ in _SAME and not _is_demonym(t, scene)]
    names = [voice for t in beside for voice in voice_of_name(t, scene)]
    same = next((v for v in names if _is_same(v, found, scene)), None)
    if same is not None:
        return [same]
    side = _side_beside(noun, scene)
    earlier = _last_named(noun, found, scene) if side is None else None
    return [earlier or _unnamed(noun, found, side, scene)]


def voice_of_name(token: Token, scene: Scene) -> list[Voice]:
    """The voice of a token that is itself a name; none of a common noun."""
    link = scene.parsed.links.get(token.i)
    return _named(link, scene) if link is not None else []


def _is_same(voice: Voice, found: str, scene: Scene) -> bool:
    """Whether the name beside the noun is its own: "state media KCNA", not "Kremlin officials"."""
    person = voice.entity is not None and scene.discourse.is_person(voice.entity)
    return person or voice.source_class == found or (voice.source_class in OUTLETS and found in OUTLETS)


def _referred(token: Token, scene: Scene) -> list[Voice]:
    """He, "the minister": the one person for whom the word stands."""
    people = resolve(token, scene).entities
    text = _text(token, scene)
    return [Voice(iri, text, class_of(iri, scene), side_of(iri, scene)) for iri in people]


def _of_trade(noun: Token, scene: Scene) -> list[Voice]:
    """Persons of whom only the trade or the office is told, and reports without an author."""
    lexicon, lemma = scene.discourse.lexicon, noun.lemma_.lower()
    if lemma in lexicon.words("Account"):
        return [_last_named(noun, NK + "Media", scene) or _unnamed(noun, _OTHER, None, scene)]
    if lemma in lexicon.words("PersonNoun"):
        return [_unnamed(noun, _titled(lemma, lexicon), _side_beside(noun, scene), scene)]
    return []


def _side_beside(noun: Token, scene: Scene) -> str | None:
    """The state of the first name that the noun belongs to: Russia in "a Kremlin official"."""
    return next((voice.side for c in _owned_by(noun) for voice in voice_of_name(c, scene)), None)


def _last_named(noun: Token, found: str, scene: Scene) -> Voice | None:
    """ "The agency", "the ministry": the body of that kind that the article named last."""
    single = noun.tag_ != "NNS" and any(c.lower_ in _DEFINITE for c in children(noun, "det"))
    if not single or found == NK + "Anonymous":
        return None
    before = [
        x for x in scene.discourse.links if x.entity and x.mention.start < scene.parsed.starts[noun.i] and x.mention.kind == "organisation"
    ]
    lemma = noun.lemma_.lower()
    for link in reversed(before):
        names = {word.key for word in words(f"{link.mention.text} {scene.discourse.entities[link.entity or ''].label}")}
        for voice in _named(link, scene):
            if lemma in names or (voice.source_class in OUTLETS and found in OUTLETS):
                return voice
    return None


def _unnamed(noun: Token, source_class: str, side: str | None, scene: Scene) -> Voice:
    return Voice(None, _text(noun, scene), source_class, side)


def _class_of_words(found: list[str], lexicon: Lexicon) -> str | None:
    """The class of the longest phrase of a word class whose words are all among those found and whose last is the last of them."""
    best: tuple[int, str] | None = None
    for name in _NOUN_CLASSES:
        for phrase in lexicon.words(f"{name}Noun"):
            parts = phrase.split()
            if parts[-1] == found[-1] and set(parts) <= set(found) and (best is None or len(parts) > best[0]):
                best = (len(parts), NK + name)
    return best[1] if best else None


def _written(noun: Token) -> list[str]:
    """The words of a noun phrase up to its noun, that by its lemma."""
    return [t.lower_ for t in noun.subtree if t.i < noun.i] + [noun.lemma_.lower()]


def _is_demonym(token: Token, scene: Scene) -> bool:
    link = scene.parsed.links.get(token.i)
    return link is not None and link.mention.kind == "demonym"


def _text(noun: Token, scene: Scene) -> str:
    """The article's words for a noun, without the preposition before and what is set off or told after it."""
    tokens = list(_phrase(noun)) or [noun]
    start, end = scene.parsed.starts[tokens[0].i], scene.parsed.ends[tokens[-1].i]
    return " ".join(scene.parsed.text(start, end).split())


def _phrase(noun: Token) -> Iterator[Token]:
    """The tokens of the noun phrase, in order."""
    out = {t.i for c in children(noun, "case", "mark", "punct", "conj", "cc", *_CLAUSES) for t in c.subtree}
    for token in noun.subtree:
        if token.i in out:
            if token.i > noun.i:
                return
            continue
        if token.i > noun.i and token.text in _CUT:
            return
        yield token


# Ways to find who a noun without a name is, the surer first.
_FINDERS = (_through, _by_noun, _referred, _of_trade)
