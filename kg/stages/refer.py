"""Words that point back -> entities: pronouns, "the two leaders", "the minister", "his counterpart", delegations.

A reference is resolved within the article, from the persons named before it (after it only where "their"
points forward in the same sentence); what cannot be told apart gives nothing.
"""

import re
from collections.abc import Callable, Sequence

from spacy.tokens import Token

from kg.dates import covers
from kg.language import ParsedSentence
from kg.lexicon import Lexicon
from kg.ontology import UNRANKED
from kg.records import Link, Tenure
from kg.stages.delegation import find_group, find_head, is_delegation
from kg.stages.discourse import LEADING, Discourse, Reference, Scene
from kg.stages.post import find_own, states_in
from kg.stages.syntax import children, conjuncts, governor, is_definite, is_verb, phrases, subjects
from kg.text import words

_SINGULAR = frozenset(("he", "him", "his", "she", "her"))
_FEMININE = frozenset(("she", "her"))
_GROUP = frozenset(("it", "its"))
_PLURAL = frozenset(("they", "them", "their", "themselves", "both", "each"))
_PAIR = 2
_NUMBERS = {"two": 2, "both": 2, "three": 3, "four": 4}
# The leaders of more states are a gathering, not people who meet each other.
_MOST_HOLDERS = 4
# How many characters before its last name the sentence before may begin.
_REACH = 200
# Sentences back in which a pronoun looks for its person.
_FEW = 3
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]?")


def _is_pair(token: Token, discourse: Discourse) -> bool:
    numbered = any(c.lower_ in _NUMBERS for c in children(token, "nummod", "det", "det:predet", "amod"))
    if token.lower_ in _NUMBERS and token.pos_ != "PROPN":
        return token.lower_ == "both" or bool(children(token, "det"))
    return token.lower_ in ("pair", "duo") or (numbered and token.lemma_.lower() in discourse.lexicon.words("Pair"))


def _count(token: Token) -> int:
    """How many "the three leaders" are; two where nothing says so."""
    beside = (token, *children(token, "nummod", "det", "det:predet", "amod"))
    return next((_NUMBERS[c.lower_] for c in beside if c.lower_ in _NUMBERS), _PAIR)


def _one(token: Token, scene: Scene, exclude: Sequence[str]) -> list[str]:
    """He, his: the subject of a clause before it in the sentence, else the first person of the sentence before."""
    parsed, discourse = scene.parsed, scene.discourse
    owner = _named_after(token, scene)
    if owner and owner not in exclude and _may_be(token, owner, discourse):
        return [owner]
    before = (subject for verb in _verbs_above(token) for subject in subjects(verb) if subject.i < token.i)
    doers = [e for subject in before if (e := scene.person_of(subject))]
    here = discourse.persons_between(parsed.sentence.start, parsed.starts[token.i])
    order = (*doers, *here, *_persons_told_before(discourse, parsed))
    barred = {*exclude, *_doers_of_own_clause(token, scene)}
    return [e for e in dict.fromkeys(order) if e not in barred and _may_be(token, e, discourse)][:1]


def _named_after(token: Token, scene: Scene) -> str | None:
    """ "During his visit, X said": the subject that follows a phrase at the head of the sentence."""
    verb = governor(token)
    if token.dep_ != "nmod:poss" or verb is None or any(subject.i < token.i for subject in subjects(verb)):
        return None
    opens = all(t.pos_ in ("ADP", "DET", "PUNCT", "ADJ", "SCONJ") for t in token.doc[: token.i])
    return next((e for subject in subjects(verb) if (e := scene.person_of(subject))), None) if opens else None


def _doers_of_own_clause(token: Token, scene: Scene) -> set[str | None]:
    """Whom "him" cannot be: the subject of the verb that it is an object of; that one would be "himself"."""
    verb = token.head
    if token.lower_ not in ("him", "her") or token.dep_ == "nmod:poss" or not is_verb(verb):
        return set()
    return {scene.person_of(subject) for subject in subjects(verb)}


def _may_be(word: Token, person: str, discourse: Discourse) -> bool:
    """Whether "he" or "she" may stand for the person: a newcomer may be either, and other words mean both."""
    entity = discourse.entities[person]
    return entity.minted or word.lower_ not in _SINGULAR or entity.female == (word.lower_ in _FEMININE)


def _doers(subject: Token, scene: Scene) -> list[str]:
    """The person who is the subject, or those whom a plural ("the ministers") stands for."""
    named = scene.person_of(subject)
    return [named] if named else resolve(subject, scene).entities if subject.tag_ == "NNS" else []


def _subjects_above(token: Token) -> list[Token]:
    """The subjects of the clause in which the token stands."""
    verb = governor(token)
    return [t for t in subjects(verb) if t.i < token.i] if verb is not None else []


def _verbs_above(token: Token) -> list[Token]:
    found, verb = [], governor(token)
    while verb is not None and verb not in found:
        found.append(verb)
        verb = governor(verb)
    return found


def _persons_of_last_sentence(discourse: Discourse, parsed: ParsedSentence) -> list[str]:
    """Persons of the nearest text before the sentence that names any, in its order."""
    before = discourse.persons_before(parsed.sentence.start)
    if not before:
        return []
    last = max(x.mention.start for x in discourse.links if x.entity == before[0] and x.mention.start < parsed.sentence.start)
    return discourse.persons_between(last - _REACH, parsed.sentence.start)


def _persons_told_before(discourse: Discourse, parsed: ParsedSentence) -> list[str]:
    """Persons of the nearest sentence before, of the last few, that names any outside quotation marks, in its order."""
    before = discourse.sentences_before(parsed.sentence.start, _FEW)
    for sentence in reversed(before):
        quoted = [match.span() for match in _QUOTED.finditer(discourse.text, sentence.start, sentence.end)]
        named = [
            x for x in discourse.links if sentence.start <= x.mention.start < sentence.end and x.entity and discourse.is_person(x.entity)
        ]
        told = [x.entity for x in named if x.entity and not any(a <= x.mention.start < b for a, b in quoted)]
        if told:
            return list(dict.fromkeys(told))
    return []


def _two(token: Token, scene: Scene, exclude: Sequence[str]) -> list[str]:
    """They, the two leaders: two coordinated persons of the sentence, else the two of different countries whom the text names most.

    Of "the three leaders" it must name just three.
    """
    parsed, discourse = scene.parsed, scene.discourse
    named = [e for child in children(token, "appos") for t in conjuncts(child) if (e := scene.person_of(t))]
    if len(named) == _PAIR:
        return named
    doers = [e for t in _subjects_above(token) for e in _doers(t, scene)] if token.dep_ == "nmod:poss" else []
    if len(doers) >= _PAIR:
        return doers
    number = _count(token)
    for other in parsed.doc if token.dep_ == "nmod:poss" else parsed.doc[: token.i]:
        group = dict.fromkeys(e for t in conjuncts(other) if (e := scene.person_of(t)))
        if len(group) == number and other.dep_ != "conj":
            return list(group)
    here = [e for e in discourse.persons_between(parsed.sentence.start, parsed.starts[token.i]) if e not in exclude]
    told = [e for e in scene.told if e not in exclude]
    if token.lower_ in _PLURAL and len(here) == number:
        told = here
    if token.lemma_.lower() in discourse.lexicon.words("LeaderPair") and not all(_may_lead(e, discourse) for e in told):
        told = []
    if told and (len(scene.told) == number or token.lower_ in _PLURAL):
        return told
    offset = parsed.starts[token.i]
    if token.lower_ not in _PLURAL and number == _PAIR:
        return _main_two(token, discourse, offset, exclude)
    near = discourse.persons_between(parsed.sentence.start, offset) or _persons_of_last_sentence(discourse, parsed)
    near = [e for e in near if e not in exclude]
    return near if len(near) == number else []


def _main_two(token: Token, discourse: Discourse, offset: int, exclude: Sequence[str]) -> list[str]:
    """The person named most often before `offset`, of the highest office where several are, and the next of another country.

    "The two ministers" are two who hold such an office, "the two leaders" two who lead.
    """
    before = [x for x in discourse.links if x.mention.start < offset and x.entity and discourse.is_person(x.entity)]
    named = [x.entity for x in _bearers(token.lemma_.lower(), before, discourse) if x.entity]
    latest = {e: n for n, e in enumerate(named)}
    ranks = {e: discourse.lexicon.ontology.rank_of(e, discourse.day) or UNRANKED for e in latest}
    people = sorted(latest.keys() - set(exclude), key=lambda e: (-named.count(e), ranks[e], -latest[e]))
    if not people:
        return []
    home = discourse.country(people[0])
    other = next((e for e in people[1:] if home is None or discourse.country(e) != home), None)
    return [people[0], other] if other else []


def _bearers(noun: str, links: Sequence[Link], discourse: Discourse) -> Sequence[Link]:
    """Those of the persons who bear what the noun says; everybody where it says nothing of an office."""
    if noun in discourse.lexicon.words("OfficePair"):
        return [x for x in links if _bears(x, noun, discourse)]
    if noun not in discourse.lexicon.words("LeaderPair"):
        return links
    leading = [x for x in links if x.entity and (discourse.lexicon.ontology.rank_of(x.entity, discourse.day) or UNRANKED) <= LEADING]
    return leading if len({x.entity for x in leading}) >= _PAIR else [x for x in links if x.entity and _may_lead(x.entity, discourse)]


def _may_lead(person: str, discourse: Discourse) -> bool:
    """Whether the person heads a state or government on the day, or holds no office that is known; nobody else is a leader."""
    rank = discourse.lexicon.ontology.rank_of(person, discourse.day)
    return rank is None or rank <= LEADING


def _holders(noun: Token, scene: Scene, exclude: Sequence[str]) -> list[str]:
    """ "the foreign ministers of Russia and China", "the Russian and Chinese leaders": the holders on the article's day."""
    named = _set_off(noun, scene)
    if len(named) == _PAIR:
        return [e for e in named if e not in exclude]
    lexicon = scene.discourse.lexicon
    states = states_in(noun, scene)
    before = [t.lower_ for t in children(noun, "amod", "compound") if t.i not in scene.parsed.links and t.i < noun.i]
    offices = lexicon.offices_titled(" ".join((*before, noun.lemma_.lower())))
    held = [o for state in states for o in offices if lexicon.ontology.offices[o].state == state]
    people = [{t.person for t in lexicon.ontology.holders(o, scene.discourse.day)} for o in held]
    if noun.lemma_.lower() in lexicon.words("LeaderPair"):
        people = [{leader} for state in states if (leader := scene.discourse.leader(state))] if _are_of_states(noun, scene) else []
    if len(people) < len(states) or not all(people):
        told = [_titled_in_text((*before, noun.lemma_.lower()), state, scene) for state in states]
        people = [{person} for person in told if person] if all(told) and len(told) > 1 else people
    several = 1 < len(people) <= _MOST_HOLDERS
    found = [person for one in people if len(one) == 1 for person in one if person not in exclude] if several else []
    if not found and len(states) == 1 and is_definite(noun) and not children(noun, "conj"):
        found = [e for e in _of_state((*before, noun.lemma_.lower()), states[0], scene) if e not in exclude]
        found = found if len(found) == _PAIR else []
    return found if found or states or not is_definite(noun) else _two(noun, scene, exclude)


def _are_of_states(noun: Token, scene: Scene) -> bool:
    """Whether "the leaders" lead the states that stand before the word, not a movement or community in them: "Greek local leaders"."""
    before = [t for t in children(noun, "amod", "compound", "nmod", "nmod:desc") if t.i < noun.i]
    beside = [part for t in before for part in t.subtree if part.pos_ in ("ADJ", "NOUN", "PROPN")]
    return all(scene.state_of(t) for t in beside)


def _set_off(noun: Token, scene: Scene) -> list[str]:
    """ "the ministers of the two states, A and B, …": the persons between commas after the noun, whatever the parser hung them on."""
    after = [t for t in noun.doc[noun.i : noun.right_edge.i + 1] if t.pos_ in ("PUNCT", "PROPN")]
    commas = [n for n, t in enumerate(after) if t.text == ","]
    return [e for t in after[commas[0] :] if (e := scene.person_of(t))] if commas else []


def _titled_in_text(title: Sequence[str], state: str, scene: Scene) -> str | None:
    """The one person of that state whom the article names with the title, or with one that a leader bears, anywhere in it."""
    found = _of_state(title, state, scene)
    return found[0] if len(found) == 1 else None


def _of_state(title: Sequence[str], state: str, scene: Scene) -> list[str]:
    """Those of the state whom the article names with the words of the title; "leader" is who heads the state or its government."""
    discourse = scene.discourse
    fits = _leads_by_title if title[-1] in discourse.lexicon.words("LeaderPair") else _has_title
    titled = [
        x.entity for x in discourse.links
        if x.entity and discourse.is_person(x.entity) and discourse.country(x.entity) == state and not x.mention.former
        and fits({w.key for w in words(x.mention.title)}, title, discourse.lexicon)
    ]  # fmt: skip
    return list(dict.fromkeys(titled))


def _has_title(borne: set[str], title: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether the words that somebody bears hold the title, and make it no deputy's."""
    return borne.issuperset(title) and (borne - set(title)).isdisjoint(lexicon.words("Deputy"))


def _leads_by_title(borne: set[str], _: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether they name a head of state or government and nothing else: "Thai prime minister", not "Thai opposition leader"."""
    own = borne - lexicon.state_words - lexicon.words("FunctionWord") - lexicon.words("Visiting")
    leading = lexicon.words("LeaderTitle")
    return not own.isdisjoint(leading) and own <= leading | lexicon.words("OfficePair")


def _are_sides(token: Token, scene: Scene) -> bool:
    return token.tag_ == "NNS" and is_definite(token) and scene.is_in_class(token, "Side")


def _sides(_: Token, scene: Scene, exclude: Sequence[str]) -> list[str]:
    """ "the parties": the two of whom the sentence before tells."""
    return [e for e in scene.told if e not in exclude] if len(scene.told) == _PAIR else []


def _it(token: Token, scene: Scene, exclude: Sequence[str]) -> list[str]:
    """ "The state denied that it had sent troops": the state or body that says so; else the delegation told of before."""
    own = 0 if token.dep_ == "nmod:poss" else 1
    above = (subject for verb in _verbs_above(token)[own:] for subject in subjects(verb) if subject.i < token.i)
    said = next((body for subject in above if (body := _body(subject, scene))), None)
    return ([said] if said not in exclude else []) if said and token.dep_ != "expl" else find_group(token, scene, exclude)


def _body(subject: Token, scene: Scene) -> str | None:
    """The state or body that the subject names, or the state whose ministry or embassy it is."""
    link = scene.parsed.links.get(subject.i)
    if link is not None:
        return link.entity if link.mention.kind in ("state", "organisation") else None
    owners = children(subject, "nmod:poss", "amod", "compound") if scene.is_in_class(subject, "GovernmentNoun") else []
    return next((state for owner in owners if (state := scene.state_of(owner))), None)


def _bodies(token: Token, scene: Scene, exclude: Sequence[str]) -> list[str]:
    """ "the governments of A and B", "the A and B ministries": the states that they speak for."""
    states = list(dict.fromkeys(s for t in token.subtree if (s := scene.state_of(t))))
    return [state for state in states if state not in exclude] if len(states) == _PAIR else []


def _home(token: Token, scene: Scene, exclude: Sequence[str]) -> list[str]:
    """ "her country": the state of whom the pronoun stands for."""
    owners = [e for c in children(token, "nmod:poss") for e in _owner(c, scene)]
    home = scene.discourse.country(owners[0]) if owners else None
    return [home] if home and home not in exclude else []


def _described(token: Token, scene: Scene, exclude: Sequence[str]) -> list[str]:
    """ "the minister": the last person whose title in this article, or office, holds that noun."""
    noun, offset, discourse = token.lemma_.lower(), scene.parsed.starts[token.i], scene.discourse
    owners = [(t, e) for t in children(token, "nmod:poss") if t.pos_ == "PRON" for e in (_owner(t, scene) or [""])]
    if owners and (own := find_own(token, scene, [e for _, e in owners], exclude)):
        return own
    beside = (*children(token, "amod", "compound", "nmod:poss"), *(t for name, t in phrases(token) if name in ("of", "from")))
    states = {s for t in beside if (s := scene.state_of(t))}
    if len(states) == 1 and noun in discourse.lexicon.words("LeaderPair"):
        state = next(iter(states))
        leader = discourse.leader(state) or _titled_in_text((noun,), state, scene)
        return [leader] if leader and leader not in exclude else []
    for link in reversed(discourse.links):
        if link.mention.start >= offset or not link.entity or link.entity in exclude or not discourse.is_person(link.entity):
            continue
        if _bears(link, noun, discourse) and (not states or discourse.country(link.entity) in states):
            return [link.entity]
    return []


def _bears(link: Link, noun: str, discourse: Discourse) -> bool:
    """Whether the person's title in this mention, or an office that he holds, has the noun."""
    return noun in link.mention.title.lower().split() or _holds(link.entity or "", noun, discourse)


def _holds(person: str, noun: str, discourse: Discourse) -> bool:
    ontology = discourse.lexicon.ontology
    now = [t for t in ontology.tenures_of(person) if _is_current(t, discourse)]
    offices = [ontology.offices[t.office] for t in now if t.office in ontology.offices]
    return any(noun in title.split() for office in offices for title in office.titles)


def _is_current(tenure: Tenure, discourse: Discourse) -> bool:
    return discourse.day is None or covers(tenure, discourse.day)


def _counterpart(token: Token, scene: Scene, exclude: Sequence[str]) -> list[str]:
    """ "his Russian counterpart": the person in apposition; else the holder of the same office on the other side."""
    beside = children(token, "appos", "flat", "nmod:desc", "compound")
    named = next((e for child in beside if (e := scene.person_of(child))), None)
    if named:
        return [named]
    beside = [*children(token, "amod", "compound", "nmod:poss"), *(t for name, t in phrases(token) if name in ("from", "of"))]
    states = [s for c in beside if (s := scene.state_of(c))]
    owners = [e for c in children(token, "nmod:poss") for e in _owner(c, scene)] or _one(token, scene, ())
    found = _peers(owners[0], states[0], scene.discourse) if states and owners else set()
    return sorted(found - set(exclude)) if len(found) == 1 else []


def _owner(token: Token, scene: Scene) -> list[str]:
    """Whose counterpart: the person named, or the one for whom the pronoun stands."""
    named = scene.person_of(token)
    return [named] if named else _one(token, scene, ()) if token.lower_ in _SINGULAR else []


def _peers(person: str, state: str, discourse: Discourse) -> set[str]:
    """Who holds, on the day, an office of the state that bears a title of one that the person holds; of leaders the leader."""
    ontology, day = discourse.lexicon.ontology, discourse.day
    held = [ontology.offices[t.office] for t in ontology.tenures_of(person) if day is None or covers(t, day)]
    titles = {title for office in held for title in office.titles}
    same = {o.iri for o in ontology.offices.values() if o.state == state and titles.intersection(o.titles)}
    found = {t.person for o in sorted(same) for t in ontology.holders(o, day)}
    leader = discourse.leader(state) if any(office.rank == 1 for office in held) else None
    return {leader} if leader else found


# What tells a kind of reference, who it means, how sure that is and why; the first that fits counts.
_KINDS: tuple[tuple[Callable[[Token, Scene], bool], Callable[[Token, Scene, Sequence[str]], list[str]], float, str], ...] = (
    (lambda token, _: token.lower_ in _SINGULAR, _one, 0.7, "pronoun for a subject or person before it"),
    (lambda token, scene: token.lower_ in _PLURAL or _is_pair(token, scene.discourse), _two, 0.7, "the two whom the text speaks of"),
    (_are_sides, _sides, 0.7, "the two told of before"),
    (lambda token, scene: token.tag_ == "NNS" and scene.is_in_class(token, "StateBody"), _bodies, 0.7, "the states that they speak for"),
    (lambda token, scene: scene.is_in_class(token, "Homeland"), _home, 0.7, "the state of whom the pronoun stands for"),
    (lambda token, _: token.lower_ in _GROUP, _it, 0.7, "the state or delegation told of before"),
    (lambda token, scene: scene.is_in_class(token, "Counterpart"), _counterpart, 0.8, "holder of the same office on the other side"),
    (is_delegation, find_head, 0.8, "head of the delegation"),
    (lambda token, scene: scene.is_in_class(token, "PersonNoun") and token.tag_ == "NNS", _holders, 0.8, "holders of the offices"),
    (lambda token, scene: scene.is_in_class(token, "PersonNoun") and is_definite(token), _described, 0.7, "last person of that title"),
)  # fmt: skip


def resolve(token: Token, scene: Scene, exclude: Sequence[str] = ()) -> Reference:
    """Whom the word stands for: one, several for a plural, or nobody. `exclude` are known to be others."""
    for is_kind, find, score, why in _KINDS:
        if is_kind(token, scene):
            return Reference(find(token, scene, exclude), score, why)
    return Reference([], 0.0, "")
