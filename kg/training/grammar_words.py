"""The words of the grammar, from `words.json`: lists by name. A verb is its base form, third person, past, participle and form in -ing."""

import json
from pathlib import Path

WORDS: dict[str, list[str]] = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
VERBS = tuple(verb for name, words in WORDS.items() if name.endswith("_verbs") for verb in words)
