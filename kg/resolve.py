"""Newcomers of all articles -> one entity each: the same name in two articles is one, unless its country differs.

A decision in the ontology ("same as", "never the same") wins over the rule. The result does not depend on order.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
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
    canonical = {_identity(entity): _canonical(entity, countries) for entity in minted}
    return [_renamed(extract, canonical, ontology) for extract in extracts]


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


def _canonical(entity: Entity, countries: Mapping[tuple[str, str], set[str]]) -> str:
    """The IRI of the name; where the name stands for people of several countries, one IRI for each of them."""
    kind, key, country = _identity(entity)
    several = len(countries[kind, key]) > 1
    return f"{entity.iri}-{digest(country)[:6]}" if several and country else entity.iri


def _renamed(extract: Extract, canonical: Mapping[tuple[str, str, str], str], ontology: Ontology) -> Extract:
    new = {e.iri: ontology.same_as.get(canonical[_identity(e)], canonical[_identity(e)]) for e in extract.minted}
    minted = tuple(replace(e, iri=new[e.iri]) for e in extract.minted if new[e.iri] not in ontology.entities)
    return replace(extract, claims=tuple(rename(c, {**ontology.same_as, **new}) for c in extract.claims), minted=minted)


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
