"""Newcomers of all articles -> one entity each: one name is one newcomer, unless country or title tells of several.

Two bearers of one name are the same where their countries do not differ and their titles, if both have one, share a
word that tells something. A decision in the ontology ("same as") wins over the rule. The result does not depend on order.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from kg.ids import digest, local
from kg.ontology import Ontology
from kg.records import Attribution, Claim, Entity, Extract, Item
from kg.text import spelling_key, words

# How much of the digest tells bearers of one name apart.
_DIGITS = 6


def resolve(extracts: Iterable[Extract], ontology: Ontology) -> list[Extract]:
    """The extracts with every newcomer taken for one entity in all of them; the claims name that one."""
    extracts = list(extracts)
    joined = join_bearers((entity for extract in extracts for entity in extract.minted), ontology)
    return [take(extract, joined, ontology) for extract in extracts]


def join_bearers(bearers: Iterable[Entity], ontology: Ontology) -> dict[Entity, Entity]:
    """Each newcomer as an article names it with the entity that stands for it: what all the articles say of that one.

    Where a decision takes it for an entity of the ontology, that one's IRI stands for it.
    """
    by_name: dict[str, set[Entity]] = defaultdict(set)
    for entity in bearers:
        by_name[bearer_key(entity)].add(entity)
    idle = _idle_words(ontology)
    joined = {old: new for same in by_name.values() for old, new in _resolved(same, idle)}
    return {old: replace(new, iri=ontology.same_as.get(new.iri, new.iri)) for old, new in joined.items()}


def bearer_key(entity: Entity) -> str:
    """Under what the bearers of one name are found."""
    return f"name {local(entity.kind)} {spelling_key(entity.label)}"


def take(extract: Extract, joined: Mapping[Entity, Entity], ontology: Ontology) -> Extract:
    """The extract with its newcomers taken for these entities, and its claims naming them."""
    taken = {entity.iri: joined[entity].iri for entity in extract.minted}
    own = {iri: same for iri, same in ontology.same_as.items() if iri not in taken}
    unnamed = tuple(rename(claim, own) for claim in extract.claims)
    claims = tuple(rename(claim, taken) for claim in unnamed)
    return replace(extract, claims=claims, taken=taken, unnamed=unnamed if is_lossy(taken, ontology) else ())


def is_lossy(taken: Mapping[str, str], ontology: Ontology) -> bool:
    """Whether claims that name the entities for which newcomers are taken do not tell which newcomer was meant."""
    return len(set(taken.values())) < len(taken) or any(iri in ontology.entities for iri in taken.values())


def _idle_words(ontology: Ontology) -> frozenset[str]:
    """The keys of words that tell nothing of a title: function words and the names of states' people."""
    states = frozenset(word.key for demonym in ontology.demonyms for word in words(demonym))
    return states | ontology.words.get("FunctionWord", frozenset())


def _resolved(bearers: Iterable[Entity], idle: frozenset[str]) -> Iterable[tuple[Entity, Entity]]:
    """Each bearer of one name with the entity that stands for it."""
    groups = _groups(sorted(bearers, key=_openness), idle)
    for group in groups:
        one = _joined(group, several=len(groups) > 1)
        yield from ((entity, one) for entity in group)


def _openness(entity: Entity) -> tuple[object, ...]:
    """Those of whom the articles tell most first, so that the others find whom they may be."""
    return not entity.country, not entity.description, entity.country or "", entity.description, entity.iri, entity.label, _rest(entity)


def _rest(entity: Entity) -> tuple[object, ...]:
    return entity.within or "", entity.female, tuple((x.text, x.language, x.preferred) for x in entity.labels)


def _groups(bearers: Sequence[Entity], idle: frozenset[str]) -> list[list[Entity]]:
    """Bearers of one name by who they are: one of whom too little is told joins the others where these are one group."""
    titles = {entity: frozenset(word.key for word in words(entity.description)) - idle for entity in bearers}
    groups: list[list[Entity]] = []
    for entity in bearers:
        fitting = [group for group in groups if any(_may_be_one(entity, other, titles) for other in group)]
        vague = not (entity.country and entity.description)
        if len(fitting) > 1 and vague:
            fitting = []
        merged = [entity, *(other for group in fitting for other in group)]
        groups = [*(group for group in groups if group not in fitting), merged]
    return groups


def _may_be_one(one: Entity, other: Entity, titles: Mapping[Entity, frozenset[str]]) -> bool:
    if one.country and other.country and one.country != other.country:
        return False
    return not (titles[one] and titles[other]) or bool(titles[one] & titles[other])


def _joined(group: Sequence[Entity], *, several: bool) -> Entity:
    """One entity for all of a group: the smallest IRI with its label, every label, the country and the description that any gives."""
    first = min(group, key=lambda entity: (entity.iri, entity.label, _rest(entity)))
    country = min((e.country for e in group if e.country), default=None)
    description = min((e.description for e in group if e.description), default="")
    apart = several and (country or description)
    return replace(
        first,
        iri=f"{first.iri}-{digest(country or '', description)[:_DIGITS]}" if apart else first.iri,
        labels=tuple(
            sorted({replace(x, preferred=x.text == first.label) for e in group for x in e.labels}, key=lambda x: (x.text, x.language))
        ),
        country=country,
        within=min((e.within for e in group if e.within), default=None),
        female=any(e.female for e in group),
        description=description,
        why=_why(group),
    )


def _why(group: Sequence[Entity]) -> str:
    """Why the bearers of one name are one; "" for a single one."""
    if len(group) == 1:
        return ""
    countries = "one country" if all(e.country for e in group) else "no other country"
    titles = "titles agree" if all(e.description for e in group) else "no title speaks against it"
    return f"one name, {countries}, {titles}"


def rename(claim: Claim, new: Mapping[str, str]) -> Claim:
    """The claim with each entity that `new` knows under its new IRI."""
    return replace(
        claim,
        participants=tuple(replace(p, entity=new.get(p.entity, p.entity)) for p in claim.participants),
        place=new.get(claim.place, claim.place) if claim.place else None,
        attributed_to=tuple(_renamed_source(source, new) for source in claim.attributed_to),
        item=_renamed_item(claim.item, new),
        namings=tuple(replace(n, entity=new.get(n.entity, n.entity)) for n in claim.namings),
    )


def _renamed_source(source: Attribution, new: Mapping[str, str]) -> Attribution:
    entity = new.get(source.entity, source.entity) if source.entity else None
    return replace(source, entity=entity, via=source.via and _renamed_source(source.via, new))


def _renamed_item(item: Item | None, new: Mapping[str, str]) -> Item | None:
    return replace(item, entity=new.get(item.entity, item.entity)) if item and item.entity else item
