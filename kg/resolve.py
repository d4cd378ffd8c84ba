"""Newcomers of all articles -> one entity each: the same name in two articles is one, unless its country differs.

A decision in the ontology ("same as") wins over the rule. The result does not depend on order.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from kg.ids import digest
from kg.ontology import Ontology
from kg.records import Claim, Entity, Extract, Item
from kg.text import spelling_key


def resolve(extracts: Iterable[Extract], ontology: Ontology) -> list[Extract]:
    """The extracts with every minted entity under its canonical IRI and with all that the articles say of it."""
    extracts = list(extracts)
    minted = [entity for extract in extracts for entity in extract.minted]
    countries = _countries(minted)
    groups: dict[tuple[str, str, str], list[Entity]] = defaultdict(list)
    for entity in minted:
        groups[_group(entity, countries)].append(entity)
    joined = {key: _joined(members, countries) for key, members in groups.items()}
    return [_renamed(extract, {e.iri: joined[_group(e, countries)] for e in extract.minted}, ontology) for extract in extracts]


def _group(entity: Entity, countries: Mapping[tuple[str, str], set[str]]) -> tuple[str, str, str]:
    """What makes two newcomers one: kind and name, and the country where bearers of the name come from several."""
    kind, key, country = _identity(entity)
    return kind, key, country if len(countries[kind, key]) > 1 else ""


def _joined(members: Sequence[Entity], countries: Mapping[tuple[str, str], set[str]]) -> Entity:
    """One entity for all: the smallest IRI with its label, every label, the country and the description that any gives."""
    first = min(members, key=lambda entity: (entity.iri, entity.label))
    country = min((e.country for e in members if e.country), default=None)
    several = len(countries[_identity(first)[:2]]) > 1
    return replace(
        first,
        iri=f"{first.iri}-{digest(country)[:6]}" if several and country else first.iri,
        labels=tuple(
            sorted({replace(x, preferred=x.text == first.label) for e in members for x in e.labels}, key=lambda x: (x.text, x.language))
        ),
        country=country,
        description=min((e.description for e in members if e.description), default=""),
    )


def _identity(entity: Entity) -> tuple[str, str, str]:
    """What makes two newcomers one: kind, name and country."""
    return entity.kind, spelling_key(entity.label), entity.country or ""


def _countries(minted: Iterable[Entity]) -> Mapping[tuple[str, str], set[str]]:
    """Kind and name -> the countries of those who bear it."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for kind, key, country in map(_identity, minted):
        if country:
            found[kind, key].add(country)
    return found


def _renamed(extract: Extract, joined: Mapping[str, Entity], ontology: Ontology) -> Extract:
    new = {old: ontology.same_as.get(entity.iri, entity.iri) for old, entity in joined.items()}
    minted = {new[old]: replace(entity, iri=new[old]) for old, entity in joined.items() if new[old] not in ontology.entities}
    claims = tuple(rename(c, {**ontology.same_as, **new}) for c in extract.claims)
    return replace(extract, claims=claims, minted=tuple(minted[iri] for iri in sorted(minted)))


def rename(claim: Claim, new: Mapping[str, str]) -> Claim:
    """The claim with each entity that `new` knows under its new IRI."""
    return replace(
        claim,
        participants=tuple(replace(p, entity=new.get(p.entity, p.entity)) for p in claim.participants),
        place=new.get(claim.place, claim.place) if claim.place else None,
        attributed_to=tuple(new.get(s, s) for s in claim.attributed_to),
        item=_renamed_item(claim.item, new),
    )


def _renamed_item(item: Item | None, new: Mapping[str, str]) -> Item | None:
    return replace(item, entity=new.get(item.entity, item.entity)) if item and item.entity else item
