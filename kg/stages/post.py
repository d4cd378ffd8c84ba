"""Posts told of without a name -> who holds them: "their foreign ministers", "at foreign minister level", "its defence minister".

The states come from the phrase itself, else from the clause around it; who holds the office comes from the ontology, on the
day that the discourse tells.
"""

from collections.abc import Iterable, Sequence

from spacy.tokens import Token

from kg.stages.discourse import Scene
from kg.stages.syntax import children, conjuncts, governor, phrases, subjects

_OF_ALL = frozenset(("their",))
_OF_ONE = frozenset(("its", "their"))


def states_in(noun: Token, scene: Scene) -> list[str]:
    """The states of a phrase: named, as "the two Koreas" or "North and South Korea", or those for which "their" stands."""
    found = list(dict.fromkeys(state for token in noun.subtree for state in _states_of(token, scene)))
    owners = children(noun, "nmod:poss")
    if found or not any(token.lower_ in _OF_ALL or scene.is_in_class(token, "Homeland") for token in owners):
        return found
    return states_around(noun, scene)


def _states_of(token: Token, scene: Scene) -> Sequence[str]:
    """The state that a word names, as a noun or as an adjective; several for a plural."""
    if token.i in scene.parsed.links:
        return [state] if (state := scene.state_of(token)) else []
    lexicon = scene.discourse.lexicon
    if token.tag_ == "NNPS":
        return lexicon.plural_states.get(token.lower_, ())
    beside = {lexicon.last_word(state) for part in conjuncts(token) if part != token for state in _states_of(part, scene)}
    short = lexicon.short_names.get(token.lower_, ()) if beside else ()
    return [iri for iri in short if lexicon.last_word(iri) in beside]


def states_around(token: Token, scene: Scene) -> list[str]:
    """The states that are the subject of the nearest clause above the token that has one."""
    seen: list[Token] = []
    verb = governor(token)
    while verb is not None and verb not in seen:
        seen.append(verb)
        found = [s for subject in subjects(verb) if subject.i < token.i for s in _states_of(subject, scene)]
        if found:
            return list(dict.fromkeys(found))
        verb = governor(verb)
    return []


def find_at_level(token: Token, scene: Scene) -> list[str]:
    """ "at foreign minister level": who holds the post in each state of the clause; nobody where that is not known of all."""
    if not scene.is_in_class(token, "Level"):
        return []
    posts = [inner for name, inner in phrases(token) if name == "of"]
    title = _title(posts[0]) if posts else " ".join(t.lemma_.lower() for t in children(token, "amod", "compound"))
    people = [_holder(title, state, scene) for state in states_around(token, scene)]
    found = [person for person in people if person]
    return found if len(found) == len(people) > 1 else []


def find_own(token: Token, scene: Scene, owners: Iterable[str], exclude: Sequence[str]) -> list[str]:
    """ "its foreign minister", "his defence minister": the holder in the state of the subject, or in that of the `owners`."""
    pronouns = {t.lower_ for t in children(token, "nmod:poss")}
    if not pronouns & _OF_ONE:
        states = [state for owner in owners if (state := scene.discourse.country(owner))]
    else:
        states = states_around(token, scene)
    holder = _holder(_title(token), states[0], scene) if len(set(states)) == 1 else None
    return [holder] if holder and holder not in exclude else []


def _title(noun: Token) -> str:
    before = [t.lower_ for t in children(noun, "amod", "compound") if t.i < noun.i]
    return " ".join((*before, noun.lemma_.lower()))


def _holder(title: str, state: str, scene: Scene) -> str | None:
    """The one person who holds an office of the state with the title."""
    discourse = scene.discourse
    ontology = discourse.lexicon.ontology
    offices = [o for o in discourse.lexicon.offices_titled(title) if ontology.offices[o].state == state]
    people = {t.person for o in offices if ontology.offices[o].one_person for t in ontology.holders(o, discourse.day)}
    return people.pop() if len(people) == 1 else None
