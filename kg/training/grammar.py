"""A small grammar of news about encounters: sentences with their trees, made up at random to train the parser on.

Treebanks hold few passives with both sides named, envoys, handed-over letters or headlines. The grammar writes the
constructions, not the articles: its words are drawn from short lists and from the names that the extraction puts in.
"""

from kg.training.grammar_phrases import BASE, GERUND, PARTICIPLE, PAST, PRESENT, Node, Phrases
from kg.training.grammar_words import WORDS as w


class Sentences(Phrases):
    """Draws whole sentences."""

    def sentence(self) -> Node:
        """A sentence with its full stop, or a headline without one."""
        if self.chance(0.15):
            return self.headline()
        root = self.one_of(
            (38, self._clause), (8, self._said_after), (4, self._said_before), (4, self._according), (13, self._passive),
            (8, self._raised), (13, self._nominal), (4, self._cleft), (4, self._gap),
        )  # fmt: skip
        return root.then(Node(".", ".", "punct")).as_("ROOT")

    def _clause(self) -> Node:
        """Subject, verb and the rest, at times with a second verb."""
        perfect = self.chance(0.1)
        verb = self.predicate(PARTICIPLE if perfect else PAST)
        if self.chance(0.15):
            verb.then(self.predicate(PAST, 1).first(Node("and", "CC", "cc")).as_("conj"))
        if perfect:
            verb.first(Node("has", "VBZ", "aux"))
        verb.first(self.person().as_("nsubj"))
        return verb.first(self._opening(), Node(",", ",", "punct")) if self.chance(0.12) else verb

    def _opening(self) -> Node:
        if self.chance(0.5):
            return self.of(self.noun(self.word(w["events"] + w["talk_nouns"]), "the"), "obl", self.word(("At", "During", "After", "In")))
        mark = Node(self.word(("After", "Before", "Since")), "IN", "mark")
        return self.verb(w["meet_verbs"], GERUND).first(mark).then(self.name().as_("obj")).as_("advcl")

    def _passive(self) -> Node:
        """ "X was received in Moscow by Y", "a letter was handed to X by Y", "X flew to Moscow and was met by Y"."""
        gives = self.chance(0.45)
        verb, subject = self.verb(w["give_verbs"] if gives else w["meet_verbs"], PARTICIPLE), self.thing() if gives else self.person()
        if gives and self.chance(0.7):
            verb.then(self.of(self.person(1), "obl", "to"))
        if self.chance(0.4):
            verb.then(self.where())
        if self.chance(0.75):
            verb.then(self.of(self.person(1), "obl:agent", "by"))
        if self.chance(0.3):
            verb.then(self.of(Node(self.word(w["days"]), "NNP"), "obl", "on"))
        verb.first(Node("were" if subject.tag == "NNS" else "was", "VBD", "aux:pass"))
        if self.chance(0.2):
            went = self.verb(w["go_verbs"], PAST).first(subject.as_("nsubj")).then(self.of(self.place(), "obl", "to"))
            return went.then(verb.first(Node("and", "CC", "cc")).as_("conj"))
        return verb.first(subject.as_("nsubj:pass"))

    def _raised(self) -> Node:
        """ "X is expected to …", "X is due to …", "X agreed to …", "X asked Y to …"."""
        below = self.predicate(BASE, 1).first(Node("to", "TO", "mark")).as_("xcomp")
        subject = self.person()
        if self.chance(0.12):
            ranked = self.noun(self.word(w["people"]), "the").then(below.as_("acl"))
            ranked.before.append(Node(self.word(("first", "only", "last")), "JJ", "amod"))
            return Node(self.word(("became", "remained")), "VBD").first(subject.as_("nsubj")).then(ranked.as_("xcomp"))
        return self.one_of(
            (35, lambda: Node(self.word(w["raising"]), "VBN").first(subject.as_("nsubj:pass"), Node("is", "VBZ", "aux:pass"))),
            (15, lambda: Node(self.word(w["due"]), "JJ").first(subject.as_("nsubj"), Node("is", "VBZ", "cop"))),
            (13, lambda: Node(self.word(w["agreed"]), "VBD").first(subject.as_("nsubj"))),
            (12, lambda: Node(self.word(w["plans"]), "VBZ").first(subject.as_("nsubj"))),
            (25, lambda: Node(self.word(w["asking"]), "VBD").first(subject.as_("nsubj")).then(self.person(1).as_("obj"))),
        ).then(below)

    def _nominal(self) -> Node:
        """A clause about an event that a noun names."""
        event = self.event()
        return self.one_of(
            (40, lambda: self.adjoined(Node(self.word(w["happened"]), "VBD").first(event.as_("nsubj")))),
            (
                30,
                lambda: self.adjoined(Node(self.word(w["commented"]), "VBD").first(self.person().as_("nsubj")).then(event.as_("obj")), 0.2),
            ),
            (
                30,
                lambda: self.adjoined(
                    Node(self.word(w["arranged"]), "VBN").first(event.as_("nsubj:pass"), Node("was", "VBD", "aux:pass")), 0.3
                ),
            ),
        )

    def _cleft(self) -> Node:
        verb = self.predicate(PAST, 1).first(Node("who", "WP", "nsubj"))
        return self.name().first(Node("It", "PRP", "nsubj"), Node("was", "VBD", "cop")).then(verb.as_("acl:relcl"))

    def _gap(self) -> Node:
        """ "The envoy whom X sent to Moscow …"."""
        inner = self.verb((*w["give_verbs"][:1], *w["meet_verbs"][:8]), PAST).first(self.name().as_("nsubj"))
        if self.chance(0.7):
            inner.first(Node(self.word(("whom", "that")), "WP", "obj"))
        noun = self.official(1).then(self.adjoined(inner, 0.5).as_("acl:relcl"))
        return self.predicate(PAST, 1).first(noun.as_("nsubj"))

    def _told(self) -> Node:
        return self.one_of((50, self._clause), (25, self._passive), (25, self._raised))

    def _speaker(self) -> Node:
        return self.name() if self.chance(0.4) else self.noun(self.word(w["speakers"]), "the")

    def _said_after(self) -> Node:
        """ "…, KCNA said"."""
        said, told = self.verb(w["say_verbs"], self._rng.choice((PRESENT, PAST))), self._told().as_("ccomp")
        if self.chance(0.25):
            said.first(
                told.first(Node('"', "``", "punct")), Node(",", ",", "punct"), Node('"', "''", "punct"), self._speaker().as_("nsubj")
            )
        elif self.chance(0.15):
            said.first(told, Node(",", ",", "punct")).then(self._speaker().as_("nsubj"))
        else:
            said.first(told, Node(",", ",", "punct"), self._speaker().as_("nsubj"))
        return said.then(Node(self.word(w["days"]), "NNP", "obl:unmarked")) if self.chance(0.2) else said

    def _said_before(self) -> Node:
        told = self._told()
        if self.chance(0.6):
            told.first(Node("that", "IN", "mark"))
        return self.verb(w["say_verbs"], PAST).first(self._speaker().as_("nsubj")).then(told.as_("ccomp"))

    def _according(self) -> Node:
        told, last = self._told(), self.chance(0.5)
        according = Node("according" if last else "According", "VBG", "case").then(Node("to", "IN", "fixed"))
        source, comma = self._speaker().first(according).as_("obl"), Node(",", ",", "punct")
        return told.then(source.first(comma)) if last else told.first(source, comma)

    def headline(self) -> Node:
        """Present tense, few articles, no full stop: "Putin meets Kim in Moscow", "Lavrov to visit Russia, ministry says"."""
        subject, many = self.name(), self.chance(0.25)
        if many:
            subject.then(self.name().first(Node(",", ",", "punct")).as_("conj"))
        verb = self.one_of(
            (40, lambda: self._plural(self.predicate(BASE if many else PRESENT, 1)).first(subject.as_("nsubj"))),
            (20, lambda: self.predicate(BASE, 1).first(subject.as_("nsubj"), Node("to", "TO", "mark"))),
            (20, lambda: self._headed(subject)),
            (20, lambda: Node(self.word(w["headed"]), "VBN").first(self.event().as_("nsubj:pass"))),
        )
        if self.chance(0.25):
            said = Node("says", "VBZ").first(verb.as_("ccomp"), Node(",", ",", "punct"), self.name().as_("nsubj"))
            return said.as_("ROOT")
        return verb.as_("ROOT")

    def _plural(self, verb: Node) -> Node:
        verb.tag = "VBP" if verb.tag == "VB" else verb.tag
        return verb

    def _headed(self, subject: Node) -> Node:
        verb = self.verb(w["meet_verbs"], PARTICIPLE).first(subject.as_("nsubj:pass"))
        where = self.of(self.place(), "obl", "to" if verb.form == "invited" else "in")
        return verb.then(where, self.of(self.name(), "obl:agent", "by"))
