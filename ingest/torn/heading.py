"""What a torn report says of itself: the heading where it survived, the justifications where it did not.

Not here: anything that is nowhere in the text. It stays unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.cells import Cell
from ingest.directory import Publisher
from ingest.header import read_header
from ingest.indicators import Header
from ingest.profile import Profile
from ingest.torn.codes import Skeleton
from ingest.torn.statements import Narrative
from ingest.words import plain

_ORDINALS = ((1, r"pri\w{1,3}r"), (2, r"se[gq]\w{1,2}n\w{1,2}o"), (3, r"ter\w{1,2}er"), (4, r"cu?ar[tl]\w"))
_TIME = re.compile(r"\b\w{2,4}mes\w{2,4}\b(?:\s+de)?\s+(20\d\d)\b")


def find_header(lines: Sequence[Cell], profile: Profile, narratives: Sequence[Narrative]) -> Header:
    """Read the heading; year and quarter, where it lost them, are those that most justifications speak of."""
    header = read_header([line.text for line in lines if _is_heading(line.text, profile)], profile)
    text = plain(" ".join(n.text for n in narratives))
    votes = Counter(q for q, pattern in _ORDINALS for _ in re.finditer(rf"\b{pattern}\s+\w{{1,5}}mes\w*", text))
    quarters = Counter(
        q
        for line in lines
        if len(line.text) < 60
        for q, pattern in _ORDINALS
        if re.search(rf"\b{pattern}\s+\w{{1,4}}mes\w*\s+(?:de\s+)?20\d\d", plain(line.text))
    )
    years = Counter(int(y) for y in _TIME.findall(plain(" ".join(line.text for line in lines))))
    return replace(
        header,
        quarter=_winner(quarters) or header.quarter or _winner(votes),
        fiscal_year=_winner(years) or header.fiscal_year,
    )


def _is_heading(text: str, profile: Profile) -> bool:
    """Whether a line opens with a label of the heading: sentences of the table name municipalities as well."""
    flat = re.sub(r"^[^a-z]*(?:h\W+)?", "", plain(text))
    labels = [label for key in ("municipality", "program", "entity", "plan") for label in profile.header[key]]
    return any(flat.startswith(label) for label in labels) and (text.upper() == text or ":" in text)


def complete_header(
    header: Header, skeleton: Skeleton, publisher: Publisher | None, departments: Sequence[str | None]
) -> Header:
    """Add what the rows tell where the heading was lost: the program by the codes, the entity by the Propósito.

    A municipality and its state are taken from the sentences only where it and its departments are those of a known
    publisher.
    """
    purpose = (*skeleton.program, 1)
    entity = next((d for p, d in zip(skeleton.places, departments, strict=True) if p.code == purpose), None)
    return replace(
        header,
        municipality=header.municipality or (publisher.municipality if publisher is not None else None),
        state=header.state or (publisher.state if publisher is not None else None),
        program_code=header.program_code or ".".join(map(str, skeleton.program)),
        entity=header.entity or entity,
    )


def _winner(votes: Counter[int]) -> int | None:
    """The most voted, or None where two share the first place."""
    best = votes.most_common(2)
    if not best or (len(best) == 2 and best[0][1] == best[1][1]):
        return None
    return best[0][0]
