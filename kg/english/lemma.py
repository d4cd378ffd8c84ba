"""Lemmas as rules that cut letters from the end of a form and put others there."""

from functools import lru_cache


def lemma_rule(form: str, lemma: str) -> str:
    """The rule that makes the lemma of the form: "2+y" cuts two letters and adds "y"; with "^" the form is put in lower case first."""
    plain, small = _shared(form, lemma), _shared(form.lower(), lemma)
    if small > plain or not plain:
        return f"^{len(form.lower()) - small}+{lemma[small:]}"
    return f"{len(form) - plain}+{lemma[plain:]}"


@lru_cache(maxsize=50_000)
def apply_rule(form: str, rule: str) -> str:
    """The lemma that a rule gives for a form, never empty; a rule that cuts more than there is replaces the whole form."""
    cut, _, ending = rule.removeprefix("^").partition("+")
    base = form.lower() if rule.startswith("^") else form
    return base[: max(0, len(base) - int(cut))] + ending or form


def _shared(form: str, lemma: str) -> int:
    """How many letters the two begin with in common."""
    count = 0
    for a, b in zip(form, lemma, strict=False):
        if a != b:
            break
        count += 1
    return count
