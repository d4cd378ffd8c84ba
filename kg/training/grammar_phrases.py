"""The noun and verb phrases of the grammar."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.training.grammar_words import WORDS as w

BASE, PRESENT, PAST, PARTICIPLE, GERUND = range(5)
_TAGS = ("VB", "VBZ", "VBD", "VBN", "VBG")
_POSSESSIVES = ("his", "its", "their")
# Noun phrases stand inside noun phrases no deeper than this.
_DEEPEST = 2


@dataclass(slots=True)
class Node:
    """A word with what hangs on it before and after; `tag` is its Penn tag."""

    form: str
    tag: str
    dep: str = ""
    before: list["Node"] = field(default_factory=list)
    after: list["Node"] = field(default_factory=list)

    def as_(self, dep: str) -> "Node":
        """The same word, in this relation to what it will hang on."""
        self.dep = dep
        return self

    def first(self, *nodes: "Node") -> "Node":
        """The same word with these at the head of its phrase."""
        self.before[:0] = nodes
        return self

    def then(self, *nodes: "Node") -> "Node":
        """The same word with these at the end of its phrase."""
        self.after += nodes
        return self


class Names(NamedTuple):
    """Names of people, by the word, and the words that stand in a parse for a person, a place and a state."""

    people: Sequence[str]
    person: str
    place: str
    state: str


class Phrases:
    """Draws the parts of sentences."""

    def __init__(self, names: Names, rng: random.Random) -> None:
        self._names, self._rng = names, rng

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return self._rng.random() < share

    def word(self, words: Sequence[str]) -> str:
        """One of the words."""
        return self._rng.choice(words)

    def one_of(self, *ways: tuple[float, Callable[[], Node]]) -> Node:
        """What one of the ways gives, drawn by their weights."""
        return self._rng.choices([way for _, way in ways], [weight for weight, _ in ways])[0]()

    # --- noun phrases ---

    def name(self) -> Node:
        return Node(self._names.person if self.chance(0.5) else self.word(self._names.people), "NNP")

    def place(self) -> Node:
        return Node(self._names.place if self.chance(0.5) else self.word(w["places"]), "NNP")

    def state(self) -> Node:
        return Node(self._names.state if self.chance(0.5) else self.word(w["states"]), "NNP")

    def person(self, depth: int = 0) -> Node:
        """Someone, at times with a title, an apposition, a clause or a companion."""
        if depth >= _DEEPEST:
            return self.name()
        return self.one_of(
            (50, self.name),
            (8, lambda: self._apposed(self.name(), depth)),
            (
                6,
                lambda: self.name().first(
                    self.noun(self.word(("counterpart", *w["people"])), self.word(("his", "the", ""))).as_("nmod:desc")
                ),
            ),
            (8, lambda: self.joined(self.person(depth + 1), self.person(depth + 1))),
            (8, lambda: self._group(depth)),
            (5, self.state),
            (5, lambda: self._described(self.name(), depth)),
            (10, lambda: self.official(depth)),
        )

    def official(self, depth: int) -> Node:
        noun = self.noun(self.word(w["people"]), self.word(("the", "the", "a", "its")))
        return noun.then(self.of(self.state(), "nmod", self.word(("of", "from")))) if depth == 0 and self.chance(0.2) else noun

    def noun(self, form: str, article: str) -> Node:
        """A common noun with its article and at times an adjective."""
        noun = Node(form, "NNS" if form.endswith("s") and form not in w["things"] else "NN")
        if article:
            noun.before.append(Node(article, "PRP$", "nmod:poss") if article in _POSSESSIVES else Node(article, "DT", "det"))
        if self.chance(0.4):
            noun.before.append(Node(self.word(w["adjectives"] if self.chance(0.5) else w["demonyms"]), "JJ", "amod"))
        if self.chance(0.12):
            noun.before.append((Node(self.word(w["fields"]), "NN") if self.chance(0.6) else self.place()).as_("compound"))
        return noun

    def _group(self, depth: int) -> Node:
        noun = self.noun(self.word(w["groups"]), self.word(("a", "the")))
        led = Node(self.word(("led", "headed")), "VBN", "acl").then(self.of(self.person(depth + 1), "obl:agent", "by"))
        return noun.then(led) if self.chance(0.7) else noun

    def _apposed(self, name: Node, depth: int) -> Node:
        other = self.noun(self.word(w["people"]), self.word(("the", "the", "its", "a")))
        if self.chance(0.4):
            other.then(self.of(self.state(), "nmod"))
        if depth == 0 and self.chance(0.15):
            other = self.joined(other, self.official(1))
        return self._aside(name, other.as_("appos"))

    def _described(self, name: Node, depth: int) -> Node:
        """A relative clause or a participle between commas."""
        inner = self.one_of(
            (30, self._who_is), (30, lambda: self._who_met(depth)), (20, self._met_by), (12, self._seeing), (8, self._whose)
        )
        return self._aside(name, inner)

    def _who_is(self) -> Node:
        return self.official(1).first(Node("who", "WP", "nsubj"), Node("is", "VBZ", "cop")).as_("acl:relcl")

    def _who_met(self, depth: int) -> Node:
        verb = self.verb(w["meet_verbs"], PAST).first(Node("who", "WP", "nsubj")).then(self.person(depth + 1).as_("obj"))
        return self.adjoined(verb).as_("acl:relcl")

    def _met_by(self) -> Node:
        return self.adjoined(self.verb(w["meet_verbs"], PARTICIPLE).then(self.of(self.name(), "obl:agent", "by")), 0.3).as_("acl")

    def _whose(self) -> Node:
        thing = Node(self.word(w["belongings"]), "NN").first(Node("whose", "WP$", "nmod:poss"))
        return self.adjoined(self._going(PAST).first(thing.as_("nsubj"))).as_("acl:relcl")

    def _seeing(self) -> Node:
        return self.verb(w["meet_verbs"], GERUND).then((self.place() if self.chance(0.5) else self.name()).as_("obj")).as_("acl")

    def _aside(self, head: Node, inner: Node) -> Node:
        return head.then(inner.first(Node(",", ",", "punct")).then(Node(",", ",", "punct")))

    def joined(self, first: Node, second: Node) -> Node:
        """ "A and B"."""
        return first.then(second.first(Node("and", "CC", "cc")).as_("conj"))

    def of(self, noun: Node, dep: str, preposition: str = "of") -> Node:
        """A prepositional phrase."""
        return noun.first(Node(preposition, "IN", "case")).as_(dep)

    def thing(self) -> Node:
        """A document, a gift or goods, at times with whose it is."""
        return self.one_of((60, self._document), (40, self._goods))

    def _document(self) -> Node:
        noun = self.noun(self.word(w["gifts"] + w["documents"]), self.word(("a", "the", "his")))
        if self.chance(0.35):
            return noun.then(self.of(self.name(), "nmod", self.word(("of", "from"))))
        if self.chance(0.2):
            return noun.then(self._signed())
        topic = self.of(Node(self.word(w["things"]), "NN"), "nmod", self.word(("for", "on", "of")))
        return noun.then(topic.then(self._when_named()) if self.chance(0.4) else topic) if self.chance(0.3) else noun

    def _signed(self) -> Node:
        """ "… signed between the two leaders during their summit", "… sent by X"."""
        signed = self.verb(w["sign_verbs"], PARTICIPLE) if self.chance(0.7) else self.verb(w["give_verbs"], PARTICIPLE)
        pair = self.joined(self.name(), self.name())
        signed.then(self.of(pair, "obl:agent", "by") if self.chance(0.6) else self.of(pair, "obl", "between"))
        return self.adjoined(signed, 0.4).as_("acl")

    def _goods(self) -> Node:
        noun = self.noun(self.word(w["goods"]), self.word(("", "", "the", "more")))
        if self.chance(0.3):
            number = Node(self.word(("two", "three", "12", "100", "million")), "CD", "nummod")
            if self.chance(0.4):
                number.first(Node("more", "JJR", "advmod").then(Node("than", "IN", "fixed")))
            noun.before.append(number)
        return noun

    def talks(self) -> Node:
        """Talks, with whom and about what."""
        talks = self.noun(self.word(w["talk_nouns"]), self.word(("", "", "the", "his")))
        if self.chance(0.6):
            talks.then(self.of(self.person(1), "nmod", "with"))
        if self.chance(0.3):
            talks.then(self.of(Node(self.word(w["things"]), "NN"), "nmod", self.word(("on", "about"))))
        if self.chance(0.08):
            start = (
                Node(self.word(("begin", "start")), "VB")
                .first(Node("to", "TO", "mark"))
                .then(Node(self.word(w["days"]), "NNP", "obl:unmarked"))
            )
            talks.then(Node(",", ",", "punct"), Node("expected", "VBN", "acl").then(start.as_("xcomp")))
        return talks

    def event(self) -> Node:
        """A noun for what happened, with who took part."""
        noun = self.one_of((25, self._between), (25, self._owned), (25, self._done), (25, self._visit))
        if self.chance(0.35):
            noun.then(self._when_named())
        if self.chance(0.2):
            noun.then(
                self.of(self.town(), "nmod", "in") if self.chance(0.6) else self.of(self.noun(self.word(w["spots"]), "the"), "nmod", "at")
            )
        return noun

    def _when_named(self) -> Node:
        """The day or month of what a noun names: "on Monday", "in June", "last year"."""
        if self.chance(0.3):
            return Node(self.word(w["spans"]), "NN").first(Node(self.word(("last", "this")), "JJ", "amod")).as_("nmod:unmarked")
        months = self.chance(0.5)
        return self.of(Node(self.word(w["months"] if months else w["days"]), "NNP"), "nmod", "in" if months else "on")

    def occasion(self) -> Node:
        """During, after or on the sidelines of an event."""
        if self.chance(0.4):
            return self.of(
                self.noun(self.word(w["events"]), self.word(("his", "a", "the"))), "obl", self.word(("during", "after", "before"))
            )
        if self.chance(0.5):
            return self.of(self.event(), "obl", self.word(("during", "after", "before", "at", "following")))
        chained = self.noun(self.word(w["chains"]), "the").then(self.of(self.event(), "nmod"))
        return self.of(chained, "obl", self.word(("on", "in", "during")))

    def town(self) -> Node:
        """A city, at times with its state: "Vladivostok, Russia,"."""
        place = self.place()
        return self._aside(place, self.state().as_("nmod:unmarked")) if self.chance(0.15) else place

    def _between(self) -> Node:
        noun = self.noun(self.word(w["between"]), "the")
        if self.chance(0.3):
            pair = self.name().first(self.name().as_("compound"), Node(self.word(("-", "–")), "HYPH", "punct"))
            noun.before.append(pair.as_("compound"))
            return noun
        return noun.then(self.of(self.joined(self.name(), self.name()), "nmod", "between"))

    def _owned(self) -> Node:
        noun = Node(self.word(w["events"]), "NN").first(self.name().then(Node("'s", "POS", "case")).as_("nmod:poss"))
        if noun.form in w["to_persons"]:
            return noun.then(self.of(self.name(), "nmod", "to"))
        return noun.then(self.of(self.name(), "nmod", "with") if noun.form in w["with_persons"] else self.of(self.place(), "nmod", "to"))

    def _done(self) -> Node:
        noun = self.noun(self.word(w["deeds"]), self.word(("the", "any", "")))
        noun.then(self.of(self.noun(self.word(w["documents"] + w["goods"]), self.word(("the", "a", ""))), "nmod"))
        if self.chance(0.6):
            noun.then(self.of(self.state(), "nmod", "to"))
        return noun.then(self.of(self.joined(self.name(), self.name()) if self.chance(0.4) else self.state(), "nmod", "by"))

    def _visit(self) -> Node:
        ends = [self.of(self.person(_DEEPEST), "nmod", self.word(("by", "from"))), self.of(self.place(), "nmod", "to")]
        self._rng.shuffle(ends)
        return self.noun(self.word(w["visits"]), self.word(("a", "the"))).then(*ends)

    # --- verb phrases: each is the verb with all but its subject ---

    def verb(self, verbs: Sequence[str], shape: int) -> Node:
        """One of the verbs in one of its five forms."""
        return Node(self.word(verbs).split()[shape], _TAGS[shape])

    def predicate(self, shape: int, depth: int = 0) -> Node:
        """A verb with its objects, and when and where."""
        verb = self.one_of(
            (30, lambda: self._meeting(shape, depth)),
            (15, lambda: self._talking(shape, depth)),
            (8, lambda: self._phrasal(shape, depth)),
            (25, lambda: self._giving(shape, depth)),
            (12, lambda: self._going(shape)),
            (18, lambda: self._signing(shape, depth)),
        )
        if self.chance(0.12):
            verb.before.append(Node(self.word(w["manner"]), "RB", "advmod"))
        return self.adjoined(verb)

    def _meeting(self, shape: int, depth: int) -> Node:
        verb = self.verb(w["meet_verbs"], shape)
        return verb.then((self.place() if verb.form in w["to_places"] else self.person(depth + 1)).as_("obj"))

    def _talking(self, shape: int, depth: int) -> Node:
        verb = self.verb(w["talk_verbs"], shape)
        if self.chance(0.2):
            verb.then(self.of(Node(self.word(w["phones"]), "NN"), "obl", "by"))
        return verb.then(self.of(self.person(depth + 1), "obl", "with"))

    def _phrasal(self, shape: int, depth: int) -> Node:
        """ "saw off X", "handed the letter over to X", "called on X"."""
        if self.chance(0.4):
            return self.verb(w["calling_verbs"], shape).then(self.of(self.person(depth + 1), "obl", "on"))
        verb, particle, guest = self.verb(w["seeing_verbs"], shape), Node("off", "RP", "compound:prt"), self.person(depth + 1).as_("obj")
        return verb.then(particle, guest) if self.chance(0.6) else verb.then(guest, particle)

    def _going(self, shape: int) -> Node:
        verb = self.verb(w["go_verbs"], shape)
        where = self.of(self.place(), "obl", "in" if verb.form.startswith("arriv") else "to")
        return verb.then(where if self.chance(0.8) else Node("here", "RB", "advmod"))

    def _giving(self, shape: int, depth: int) -> Node:
        verb, thing, receiver = self.verb(w["give_verbs"], shape), self.thing().as_("obj"), self.person(depth + 1)
        return self.one_of(
            (45, lambda: verb.then(thing, self.of(receiver, "obl", "to"))),
            (20, lambda: verb.then(receiver.as_("iobj"), thing)),
            (15, lambda: verb.then(self.of(self.name(), "obl", "to"), thing)),
            (10, lambda: verb.then(thing, Node("over", "RP", "compound:prt"), self.of(receiver, "obl", "to"))),
            (6, lambda: self.verb(w["receive_verbs"], shape).then(self.of(self.name(), "obl", "from"), thing)),
            (
                4,
                lambda: self.verb(w["receive_verbs"], shape).then(
                    self.of(Node(self.word(w["honours"]), "NN"), "obl", "in"), self.name().as_("obj")
                ),
            ),
        )

    def _signing(self, shape: int, depth: int) -> Node:
        verb = self.verb(w["sign_verbs"], shape)
        if verb.form.startswith(("hold", "held")):
            return verb.then(self.talks().as_("obj"))
        verb.then(self.noun(self.word((*w["documents"], *w["things"], "letters", "views")), self.word(("a", "the", ""))).as_("obj"))
        return verb.then(self.of(self.person(depth + 1), "obl", "with")) if self.chance(0.3) else verb

    def adjoined(self, verb: Node, share: float = 0.55) -> Node:
        """Time, place, purpose and occasion behind the verb, each in a share of cases."""
        if self.chance(share):
            verb.then(self.where())
        if self.chance(share):
            verb.then(self._day())
        if self.chance(share / 4):
            verb.then(self.occasion())
        if self.chance(share / 5):
            verb.then(self._purpose().as_("advcl"))
        return verb.then(self.of(self.talks(), "obl", "for")) if self.chance(share / 8) else verb

    def where(self) -> Node:
        """In a city or at some spot."""
        if self.chance(0.6):
            return self.of(self.town(), "obl", "in")
        return self.of(self.noun(self.word(w["spots"]), self.word(("the", "an"))), "obl", "at")

    def _day(self) -> Node:
        if self.chance(0.3):
            return self.of(Node(self.word(w["months"]), "NNP"), "obl", "in")
        day = Node(self.word(w["days"]), "NNP")
        return self.of(day, "obl", "on") if self.chance(0.7) else day.as_("obl:unmarked")

    def _purpose(self) -> Node:
        return self.adjoined(self.verb(w["meet_verbs"], BASE).first(Node("to", "TO", "mark")).then(self.name().as_("obj")), 0.15)
