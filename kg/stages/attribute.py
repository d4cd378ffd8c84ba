"""Who the text says it from, for one trigger: chains of voices from the outlet nearest to the writer to the origin.

A voice counts where its words hold the trigger: above it ("KCNA said that they met"), set beside its clause ("…, TASS
reported, citing the Kremlin") or as a source of the clause ("according to …"). What only voices outside the event say
of others is alleged, not reported.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, product

from spacy.tokens import Token

from kg.ids import NK
from kg.lexicon import Lexicon
from kg.records import Attribution, Status
from kg.schema import EventType
from kg.stages.discourse import Discourse, Scene
from kg.stages.roles import Filled
from kg.stages.syntax import children, is_verb, objects, path_up, preposition, subjects
from kg.stages.triggers import Trigger
from kg.stages.voice import OUTLETS, Voice, find_voices, owners, voice_of_name

# Each inner tuple holds voices that speak side by side; the first passes on what the next says.
Chain = tuple[tuple[Voice, ...], ...]

_PARTY = NK + "PartyToEvent"
_GOVERNMENT = NK + "Government"
# Classes that speak for a side; of these the ones whose word on others is an allegation, whichever side they are on.
_SIDED = tuple(NK + name for name in ("Government", "Intelligence", "InternationalBody", "Anonymous"))
_ALLEGING = tuple(NK + name for name in ("Intelligence", "InternationalBody", "Anonymous"))
# How what is said depends on the verb that says it.
_CONTENT = ("ccomp", "obj", "xcomp", "csubj", "nsubj:pass", "parataxis", "csubj:pass")
_TIMED = ("advcl", "obl", "nmod", "acl", "ROOT")
_ABOUT = ("of", "about", "on")
# Through these an aside at the end of a sentence still speaks of the clause that it closes.
_LOOSE = ("nmod", "obl", "obj", "conj", "appos", "compound", "xcomp", "advcl", "nmod:poss", "obl:unmarked", "flat", "acl")
# Of a verb that only says who says it, and of one that tells whom it has it from.
_ASIDE = ("parataxis", "ccomp", "advcl")
_PARTICIPLE = ("advcl", "acl", "acl:relcl", "conj", "xcomp")
_PAUSES = (",", "”", '"', "–", "—")
_VENUE = ("in", "on", "to", "with", "by", "through", "via")


def hear(trigger: Trigger, scene: Scene) -> Chain:
    """The voices from which the sentence has what the trigger tells, the nearest to the writer first.

    Of something denied these are the ones who deny it, not those whose report they deny.
    """
    told = _told_in(trigger.token)
    beside = [marker for marker in _markers(scene) if _covers(marker, told)]
    found = [*_above(trigger, told, scene), *(level for marker in beside for level in _levels(marker, scene))]
    cited = [_voices(objects(verb), scene) for verb in (_citing(scene) if found else ()) if _covers(verb, [*told, *beside])]
    outward = list(dict.fromkeys(tuple(dict.fromkeys(level)) for level in (*cited, *found) if level))
    return _at_home(sorted(outward[::-1], key=lambda level: level[0].source_class not in OUTLETS))


def _told_in(trigger: Token) -> list[Token]:
    """The trigger and what stands above it, up to a clause set off: "Kim, who was in Beijing in May, …" is not what TASS says."""
    found = [trigger]
    for head in path_up(trigger):
        if found[-1].dep_ == "acl:relcl" and _is_set_off(found[-1]):
            break
        found.append(head)
    return found


def _is_set_off(phrase: Token) -> bool:
    """Whether a comma or the like stands before the words of a token."""
    first = phrase.left_edge.i
    return any(t.text in _PAUSES for t in phrase.doc[max(0, first - 1) : first + 1])


def _at_home(levels: Iterable[tuple[Voice, ...]]) -> Chain:
    """The levels with a ministry of no named state on the side of the outlet that cites it."""
    done: list[tuple[Voice, ...]] = []
    for level in levels:
        side = done[-1][0].side if done else None
        done.append(tuple(replace(v, side=side) if v.side is None and v.source_class == _GOVERNMENT else v for v in level))
    return tuple(done)


def attribute(chain: Chain, sides: Sequence[str]) -> tuple[Attribution, ...]:
    """The sources of a claim, each through those who pass it on, in the terms of its event: who is a party to it is called so."""
    told: tuple[Attribution | None, ...] = (None,)
    for level in chain:
        told = tuple(_attribution(voice, via, sides) for via, voice in product(told, level))
    return tuple(source for source in told if source is not None)


def _attribution(voice: Voice, via: Attribution | None, sides: Sequence[str]) -> Attribution:
    source_class = _PARTY if _is_party(voice, sides) else voice.source_class
    return Attribution(entity=voice.entity, text=voice.text, source_class=source_class, via=via)


def find_sides(event: EventType, filled: Filled, discourse: Discourse) -> tuple[str, ...]:
    """Who takes part, with their states; for one who is abroad also the state of the place."""
    people = [p.entity for p in filled.participants]
    states = [discourse.country(p) for p in people]
    if filled.place and any(role.abroad for role in event.roles):
        states.append(discourse.country(filled.place) or filled.place)
    return tuple(dict.fromkeys((*people, *(s for s in states if s))))


def _is_party(voice: Voice, sides: Sequence[str]) -> bool:
    return voice.entity in sides or (voice.side in sides and voice.source_class in _SIDED)


def with_allegation(status: Status, trigger: Trigger, chain: Chain, sides: Sequence[str], host: str | None, lexicon: Lexicon) -> Status:
    """The status, turned from occurred to alleged where only outside governments, services or nameless sources say so.

    What they take for granted ("when they met in May") is no allegation, nor what the state of the place, the `host`, confirms.
    """
    origins = chain[-1] if chain else ()
    if host and any(head.lemma_.lower() in lexicon.words("Confirming") for head in _told_in(trigger.token)[1:]):
        sides = (*sides, host)
    alleged = bool(origins) and all(_alleges(voice, sides) for voice in origins)
    return "alleged" if status == "occurred" and alleged and not _is_granted(trigger.token, lexicon) else status


def _is_granted(trigger: Token, lexicon: Lexicon) -> bool:
    """Whether the event stands in a phrase or clause of time, or is what somebody knows or learns."""
    told = _told_in(trigger)
    timed = any(preposition(t) in lexicon.words("Granting") or _opens_with(t, lexicon.words("Granting")) for t in told if t.dep_ in _TIMED)
    return timed or any(head.lemma_.lower() in lexicon.words("Knowing") for head in told[1:])


def _opens_with(clause: Token, found: frozenset[str]) -> bool:
    return any(c.lower_ in found for c in children(clause, "advmod", "mark"))


def _alleges(voice: Voice, sides: Sequence[str]) -> bool:
    """Whether the voice speaks of others: a government whose state the text does not tell may well be a party."""
    foreign = voice.side is not None and voice.source_class in _SIDED
    return not _is_party(voice, sides) and (foreign or voice.source_class in _ALLEGING)


# --- voices above the trigger ---------------------------------------------------------------------


def _above(trigger: Trigger, told: Sequence[Token], scene: Scene) -> list[list[Voice]]:
    """The speakers of the clauses and accounts that hold the trigger, the innermost first."""
    denied = trigger.status == "denied"
    found: list[list[Voice]] = []
    for n, (below, head) in enumerate(pairwise(told)):
        if is_verb(head) and _is_content(below, head, scene) and not _is_aside_remark(told[: n + 1]):
            if denied and _is_among(head, "Contradicting", scene):
                found = [_speakers(head, scene)]
            elif _is_saying(head, scene) and not (_is_negated(head, scene) and not denied):
                found += _levels(head, scene)
        elif _is_among(head, "Account", scene) and not is_verb(head) and _is_accounted(below):
            found += _levels(head.head, scene) if _is_said_in(head, scene) else [owners(head, scene)]
    return found


def _is_aside_remark(below: Sequence[Token]) -> bool:
    """Whether a relative clause comes between the trigger and an object: "show the weight that it gives the visit"."""
    return below[-1].dep_ in ("obj", "nsubj:pass") and any(t.dep_ == "acl:relcl" and not _is_accounted(t) for t in below)


def _is_said_in(account: Token, scene: Scene) -> bool:
    """Whether a clause that the parser hung on the account is what the verb says: "said in an interview that …"."""
    return account.dep_ == "obl" and is_verb(account.head) and _is_saying(account.head, scene)


def _is_accounted(below: Token) -> bool:
    """Whether what is below an account is what it tells: "a report that they met", "on their meeting"."""
    if below.dep_ == "acl:relcl":
        return bool(children(below, "mark"))
    return below.dep_ in ("acl", "ccomp") or (below.dep_ == "nmod" and preposition(below) in _ABOUT)


def _is_content(below: Token, verb: Token, scene: Scene) -> bool:
    """Whether what is below is what the verb says: its clause or object, what somebody is accused of, "as saying …"."""
    if _opens_with(below, scene.discourse.lexicon.words("Granting")):
        return False
    if below.dep_ == "parataxis":
        return below.i > verb.i or not children(verb, "ccomp")
    if below.dep_ in _CONTENT:
        return below.dep_ != "obj" or not _is_among(verb, "Telling", scene)
    if _is_among(verb, "Quoting", scene):
        return below.dep_ in ("advcl", "xcomp", "acl") and preposition(below) == "as"
    return below.dep_ in ("obl", "advcl", "nmod") and preposition(below) in _ABOUT and _is_among(verb, "Alleging", scene)


def _is_saying(verb: Token, scene: Scene) -> bool:
    return _is_among(verb, "Reporting", scene) or _is_among(verb, "Alleging", scene)


def _is_negated(verb: Token, scene: Scene) -> bool:
    return any(c.lower_ in scene.discourse.lexicon.words("Negation") or c.lower_ in ("n't", "n’t") for c in verb.children)


def _is_among(token: Token, name: str, scene: Scene) -> bool:
    return token.lemma_.lower() in scene.discourse.lexicon.words(name)


# --- voices beside it -----------------------------------------------------------------------------


def _markers(scene: Scene) -> Iterator[Token]:
    """What says from whom a clause is: "…, KCNA said", "as TASS reported", and the nouns after "according to"."""
    citing = scene.discourse.lexicon.words("Citing")
    for token in scene.parsed.doc:
        if token.lower_ in citing:
            yield from _sources_after(token)
        elif token.dep_ in _ASIDE and is_verb(token) and _is_saying(token, scene) and _is_aside(token, scene):
            yield token


def _sources_after(mark: Token) -> list[Token]:
    if mark.dep_ in ("case", "mark", "fixed") and mark.head.i > mark.i:
        return [mark.head]
    return children(mark, "obj", "obl", "nmod")


def _is_aside(verb: Token, scene: Scene) -> bool:
    """Whether the verb has a speaker and says nothing of its own."""
    if verb.dep_ == "advcl" and not any(c.lower_ == "as" for c in children(verb, "mark", "advmod")):
        return False
    own = [*children(verb, "ccomp", "csubj"), *(c for c in children(verb, "obj") if not find_voices(c, scene))]
    return not own and not _is_negated(verb, scene)


def _citing(scene: Scene) -> Iterator[Token]:
    """ "citing officials": a participle whose object is the origin of what another passes on."""
    for verb in scene.parsed.doc:
        if verb.dep_ in _PARTICIPLE and is_verb(verb) and _is_among(verb, "Quoting", scene):
            yield verb


def _covers(marker: Token, told: Sequence[Token]) -> bool:
    """Whether the marker is set beside a clause in which the trigger is told, or closes or opens the whole sentence."""
    if marker in told:
        return False
    at = marker.head.head if marker.head.dep_ == "nsubj" else marker.head
    while at not in told and at.dep_ in _LOOSE and _is_edge(marker):
        at = at.head
    return at in told


def _is_edge(marker: Token) -> bool:
    """Whether the marker opens the sentence, or ends it after a comma."""
    tokens = list(marker.subtree)
    first, last = tokens[0].i, tokens[-1].i
    closes = all(t.is_punct for t in marker.doc[last + 1 :])
    return all(t.is_punct for t in marker.doc[:first]) or (closes and any(t.text in _PAUSES for t in marker.doc[first - 1 : first + 1]))


# --- who speaks -----------------------------------------------------------------------------------


def _levels(marker: Token, scene: Scene) -> list[list[Voice]]:
    """The voices of a verb that says something, or of a noun after "according to": the origin, then whoever passes it on."""
    if not is_verb(marker) or marker.i in scene.parsed.links:
        return [find_voices(marker, scene)]
    quoted = _voices(objects(marker), scene) if _is_among(marker, "Quoting", scene) else []
    return [quoted, _speakers(marker, scene), _outlets_told(marker, scene)]


def _speakers(verb: Token, scene: Scene) -> list[Voice]:
    """Who says it; of "quoted him as saying" the one quoted."""
    if _is_among(verb.head, "Quoting", scene) and verb.dep_ in ("advcl", "xcomp", "acl"):
        return _voices(objects(verb.head), scene)
    said = subjects(verb)
    return _voices([t for t in said if t.i < verb.i] or said, scene) if _is_among(verb, "Telling", scene) else _voices(said, scene)


def _voices(tokens: Iterable[Token], scene: Scene) -> list[Voice]:
    return [voice for token in tokens for voice in find_voices(token, scene)]


def _outlets_told(verb: Token, scene: Scene) -> list[Voice]:
    """The outlet that was told, or in which it was said: "told Reuters", "in an interview with TASS", "in a statement on KCNA"."""
    places = [*children(verb, "iobj", "obj"), *(c for c in children(verb, "obl") if preposition(c) in _VENUE)]
    places += [c for c in children(verb, "nsubj") if c.i > verb.i and _is_among(verb, "Telling", scene)]
    found = [v for place in places for t in place.subtree for v in voice_of_name(t, scene) if v.source_class in OUTLETS]
    return found[:1]
