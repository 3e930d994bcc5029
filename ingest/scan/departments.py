"""Which department each row of a scan names, by all readings of all rows: a report repeats the names of a few.

A name that was read well is one; a doubtful reading is that of the one name whose words it may be a misreading of; what
remains is voted upon, and stays unsure unless two readings of it agree on words that are known. Not here: which cells
name departments (`names`), words by themselves (`vocabulary`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.indicators import LEVELS
from ingest.scan.lexicon import allowed, is_word
from ingest.scan.vocabulary import SHORT, WORD, Spelling, has_common_stem
from ingest.scan.wording import distance
from ingest.words import one_line, plain

_SURE, _WELL, _FAIR = 0.97, 0.9, 0.5
"""Confidence of a reading that is believed alone, where none speaks against it, and where another model agrees."""
_OPENING, _WORD_LETTERS, _ACRONYM = 5, 4, 3
"""Letters, at least, of a first word that is a word, of one that tells of the language, of a lone acronym."""
_LONGEST_ACRONYM = 10
_JOINING = SHORT - {"a", "e", "o", "el", "la", "las", "los"}
"""Words that no name of an office begins or ends with: after others, a letter may be its number."""
_NO_ENDS = {"el", "la", "las", "los", *map(plain, LEVELS)}
"""Words that no name of an office ends with: the rest of it was taken for the next row's."""
_ENOUGH = 0.5
"""Sum of the squares of the confidences of readings that agree on a name."""
_STAMPED = 0.4
"""Confidence, at most, of a name that a stamp's word stood beside."""
_STAMPS = ("recibid[oa]", "despachad[oa]", "cotejad[oa]", "entregad[oa]", "sellad[oa]", "acuse")
_SET_WIDE = "|".join(re.sub(r"(?<=[a-z])(?=[a-z\[])", r"\\s?", word) for word in _STAMPS)
_STAMP = re.compile(rf"(?i)(?:\s+|^)(?:{_SET_WIDE})\W*$|^\W*(?:{_SET_WIDE})\s+(?=\S)")
_SPECKED = re.compile(
    r"\b(?:[Dd]el?|DEL?|[Ll]a|LA|[yY]) \d (?=[^\W\d])|\d[^\W\d_]{2}|(?<!\S)[b-df-np-xz](?!\S)|,(?!.*\s[yeYE]\s)"
    r"|^[oO](?!\S)|(?<=\s)[oO]$"
)
"""A digit in the place of a word or a letter, a letter alone that is none, or a comma where nothing is listed.

A punched hole is an `O` before or after a name.
"""
_ACCENTS = "áéíóúñ"
_BARE_E = str.maketrans("éÉ", "eE")
_ACUTE = dict(zip("aeioun", _ACCENTS, strict=True))
_OF = re.compile(r"\b(d)é(l?)\b", re.IGNORECASE)  # `dé` and `dél` are words of no name
_EDGE = re.compile(r'^(?:_|[^\w(\[{"“])+|(?:_|[^\w)\]}"”])+$')
"""What no name begins or ends with."""


@dataclass(frozen=True, slots=True)
class Said:
    """One reading of a name: its text and the confidence of its least sure letter, 0 to 1."""

    text: str
    confidence: float


Read = tuple[Said, ...]
"""All readings of one place, the preferred one first."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a place names, and whether that is sure."""

    text: str
    sure: bool


def settled(reads: Sequence[Read], spelling: Spelling) -> list[Name]:
    """Give the name that each place of a report says."""
    tidied = [_slashed(tuple(_tidied(said, spelling) for said in read)) for read in reads]
    own = [None if _is_torn(read, spelling) else _sure(read, spelling) for read in tidied]
    own = [name if name and _is_believed(n, tidied, own) else None for n, name in enumerate(own)]
    names = _spellings([name for name in own if name is not None], spelling)
    votes = [None if name else _voted(n, tidied, own, spelling) for n, name in enumerate(own)]
    found = []
    for read, name, vote in zip(tidied, own, votes, strict=True):
        if name is not None:
            found.append(Name(names[_key(name)], sure=True))
            continue
        like = [k for k, text in names.items() if any(is_alike(said.text, text, spelling) for said in read)]
        like = like or _beside(read, names)
        best = max(read, key=lambda said: said.confidence)
        # What is read surely is printed so, perhaps: it is not mended, but doubted.
        kept = Name(best.text, sure=False) if best.confidence >= _SURE and _is_torn(read, spelling) else vote
        found.append(Name(names[like[0]], sure=True) if len(like) == 1 else kept or Name(read[0].text, sure=False))
    times = Counter(_key(name.text) for name in found)
    found = [replace(n, sure=n.sure and not _is_part(_key(n.text), times)) for n in found]
    found = [replace(n, sure=n.sure and not _strange(n.text, tidied, spelling)) for n in found]
    return [replace(n, text=n.text.upper()) if r[0].text.isupper() else n for n, r in zip(found, tidied, strict=True)]


def _is_part(key: str, times: Mapping[str, int]) -> bool:
    """Tell whether a name is the beginning or the end of another that stands as often: the rest of it may be lost."""
    return len(key) >= _OPENING and any(
        other != key and (other.startswith(key) or other.endswith(key)) and n >= times[key]
        for other, n in times.items()
    )


def _strange(name: str, reads: Sequence[Read], spelling: Spelling) -> list[str]:
    """Give what nothing in a name vouches for: specks, and words not of the language nor the report nor read surely.

    Models err alike where the ink is bad: that two agree on letters that make no word does not make them right.
    """
    if speck := _SPECKED.search(name):
        return [speck[0]]
    if (said := WORD.findall(name)) and _ends_midway(said):
        return said[-1:]
    found = [w for w in said if len(w) >= _WORD_LETTERS]
    unknown = [w for w in found if not (spelling.knows(w) or _is_spanish(w))]
    if len(unknown) == len(found):
        return []  # acronyms only, which are judged as they are read
    sure = {plain(w) for read in reads for s in read if s.confidence >= _SURE for w in WORD.findall(s.text)}
    unknown = [w for w in unknown if not (w.isupper() and _abbreviates(w, name))]
    return [w for w in (*unknown, *filter(has_common_stem, found)) if plain(w) not in sure]


def _is_spanish(word: str) -> bool:
    """Tell whether a word is one of the language, but for an accent that was lost."""
    small = word.lower()
    accented = (small[:n] + _ACUTE[c] + small[n + 1 :] for n, c in enumerate(small) if c in _ACUTE)
    return is_word(small) or any(map(is_word, accented))


def _abbreviates(acronym: str, name: str) -> bool:
    """Tell whether the letters of an acronym stand in the other words of a name, in their order."""
    letters = iter("".join(plain(w) for w in WORD.findall(name) if w != acronym))
    return all(letter in letters for letter in plain(acronym))


def is_alike(read: str, name: str, spelling: Spelling) -> bool:
    """Tell whether `read` may be a misreading of `name`: word for word, and none of them another known word."""
    mine, wanted = WORD.findall(plain(read)), WORD.findall(plain(name))
    if re.findall(r"\d", read) != re.findall(r"\d", name) or len(mine) != len(wanted):
        return False
    return all(
        a == b or (distance(a, b, 3) <= allowed(a, b) and not (a != b and spelling.knows(a) and len(a) > 1))
        for a, b in zip(mine, wanted, strict=True)
    )


def _beside(read: Read, names: Mapping[str, str]) -> list[str]:
    """Give the longest of the known names that stands whole in a reading: what is beside it a stamp has left."""
    inside = [
        key for key, name in names.items()
        if " " in name and any(f" {plain(name)} " in f" {plain(said.text)} " for said in read)
    ]  # fmt: skip
    return sorted(inside, key=len)[-1:]


def _sure(read: Read, spelling: Spelling) -> str | None:
    """Give the name that a place was read as well enough to be believed by itself."""
    best = max(read, key=lambda s: s.confidence)
    against = [s for s in read if _key(s.text) != _key(best.text)]
    agreeing = [s for s in read if _key(s.text) == _key(best.text)]
    text = max((s.text for s in agreeing), key=lambda t: _worth(t, 0, spelling))
    if best.confidence >= _SURE and all(s.confidence < _WELL for s in against):
        return text
    strange = any(spelling.mended(word) != word for word in WORD.findall(text))
    if strange or not _key(best.text):
        return None
    if best.confidence >= _WELL and not against:
        return text
    agreed = len(agreeing) > 1 and sum(s.confidence >= _FAIR for s in agreeing) > 1
    return text if agreed and all(s.confidence < best.confidence for s in against) else None


def _is_torn(read: Read, spelling: Spelling) -> bool:
    """Tell whether the surest reading of a name is likely a remnant of it."""
    text = max(read, key=lambda s: s.confidence).text
    found = WORD.findall(text)
    torn = any(map(spelling.seems_torn, found)) or _SPECKED.search(text) is not None
    return torn or _is_cut(found, spelling) or _lost_brackets(text, found)


def _is_cut(found: Sequence[str], spelling: Spelling) -> bool:
    """Tell whether the beginning or the end of a name is gone, by its words."""
    opening = next(iter(found), "")
    # What opens the name of an office is a word of the language, or an acronym.
    opens = len(opening) < _OPENING or opening.isupper() or is_word(opening) or spelling.knows(opening)
    goes_on = len(found) > 1 and any(plain(w) in _JOINING for w in (opening, found[-1]))
    return goes_on or opening[:1].islower() or not opens or _ends_midway(found)


def _ends_midway(found: Sequence[str]) -> bool:
    """Tell whether the last word of a name is an article, or the level of the row below it."""
    return len(found) > 1 and plain(found[-1]) in _NO_ENDS


def _lost_brackets(text: str, found: Sequence[str]) -> bool:
    """Tell whether the acronym of the words before it ends a name without the brackets, or the mark, that part them."""
    if len(found) < _ACRONYM or len(found[-1]) < _ACRONYM or not text.endswith(f" {found[-1]}"):
        return False
    return plain(found[-1]) == _initials(found[:-1]) and text[: -len(found[-1])].rstrip()[-1].isalpha()


def _is_believed(place: int, reads: Sequence[Read], own: Sequence[str | None]) -> bool:
    """Tell whether a name of acronyms only, which no language vouches for, is read alike by two models or twice.

    Spaces count: `DGPM IDP` and `DGPMIDP` are readings of `DGPM/DP`.
    """
    read, name = reads[place], own[place] or ""
    if any(len(w) >= _WORD_LETTERS and is_word(w) for w in WORD.findall(name)):
        return True
    if sum(_key(other) == _key(name) for other in own if other is not None) > 1:
        return True
    said = [_set_alike(s.text) for s in read if s.confidence >= _FAIR]
    if re.fullmatch(r"[^\W\d_]+( [^\W\d_]+)+", name):
        return False  # what stands between acronyms, a thin slash, was lost
    least = _ACRONYM if read[0].confidence >= _SURE else _ACRONYM + 1
    return len(set(said)) == 1 and (len(said) > 1 or (len(read) == 1 and len(_key(name)) >= least))


def _set_alike(text: str) -> str:
    """Give a name as it is compared with its spaces: about a slash they may stand or not."""
    return re.sub(r"\s*/\s*", "/", plain(text))


def _voted(place: int, reads: Sequence[Read], own: Sequence[str | None], spelling: Spelling) -> Name:
    """Give the name that the readings of a place, and of others that may be the same, make together."""
    mended = [(_mended(said.text, spelling), said.confidence) for said in reads[place]]
    others = [
        (_mended(said.text, spelling), said.confidence)
        for n, read in enumerate(reads)
        if n != place and own[n] is None
        for said in read
    ]
    weights: Counter[str] = Counter()
    readings: Counter[str] = Counter()
    for text, sure in [*mended, *(o for o in others if any(_key(o[0]) == _key(text) for text, _ in mended))]:
        weights[_key(text)] += max(sure, 0.1) ** 2  # type: ignore[assignment]
        readings[_key(text)] += 1
    best = max(mended, key=lambda m: (_is_known(m[0], spelling), weights[_key(m[0])], _worth(m[0], 0, spelling)))[0]
    rivals = {_key(text) for text, _ in mended if _is_known(text, spelling)} - {_key(best)}
    agreed = readings[_key(best)] > 1 and weights[_key(best)] >= _ENOUGH
    return Name(best, sure=agreed and not rivals and _is_known(best, spelling))


def _is_known(text: str, spelling: Spelling) -> bool:
    found = WORD.findall(text)
    return bool(found) and all(spelling.knows(word) for word in found)


def _spellings(names: Sequence[str], spelling: Spelling) -> Mapping[str, str]:
    """Give the spelling of each name: the commonest, with the accents and spaces that any reading of it has."""
    by_key: dict[str, Counter[str]] = {}
    for name in names:
        by_key.setdefault(_key(name), Counter())[name] += 1
    return {
        key: _accented(max(said, key=lambda t: _worth(t, said[t], spelling)), spelling) for key, said in by_key.items()
    }


def _worth(text: str, times: int, spelling: Spelling) -> tuple[bool, int, bool, int, int]:
    """Rank spellings of one name: models lose more often than they make up accents, slashes, brackets, spaces, commas.

    In brackets stand acronyms; about an ordinary word they are specks.
    """
    accents, apart = sum(c in _ACCENTS for c in text.lower()), sum(text.count(mark) for mark in "/ (")
    apart += len(re.findall(r",(?=\s.*\s[yeYE]\s)", text))
    bracketed = any(part[:1].islower() for part in text.split("(")[1:])
    return _is_known(text, spelling), accents, not bracketed, apart, times


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", plain(text))


def _mended(text: str, spelling: Spelling) -> str:
    return _accented(WORD.sub(lambda m: spelling.mended(m[0]), text), spelling)


def _accented(text: str, spelling: Spelling) -> str:
    return WORD.sub(lambda m: spelling.accented(m[0], named=True), text)


def without_stamp(text: str) -> str:
    """Give a text without the word of a stamp that it begins or ends with."""
    return _STAMP.sub("", text)


def _tidied(said: Said, spelling: Spelling) -> Said:
    """Give a reading without what stands beside the name, its brackets in pairs and its spaces where they belong."""
    text = WORD.sub(lambda m: spelling.with_one_accent(m[0]), one_line(said.text))
    text = _OF.sub(lambda m: m[0].translate(_BARE_E), text)
    bare = without_stamp(text)
    confidence = said.confidence if bare == text else min(said.confidence, _STAMPED)
    text = _EDGE.sub("", bare)
    text = text.translate(str.maketrans("[{]}", "(())"))
    text = _paired(text)
    # Publishers set a slash with spaces on both sides, or on none.
    text = re.sub(r"\s+/\s*|\s*/\s+", " / ", text)
    text = re.sub(r"(?<=\s)(?:_|[^\w\s(\[{\"“«/#])+(?=\w)", "", text)
    text = re.sub(r"(?i)\b(de|del|la|y)[.,:;](?:\s+|(?=[^\W\d_]{2}))", r"\1 ", text)
    text = re.sub(r"\b([^\W\d_]{4,})\.(?=\s(?:/ )?[^\W\d_])", lambda m: m[1] if is_word(m[1]) else m[0], text)
    text = re.sub(r"(?i),(?=\s(?:del?|las?|los|y)\b)", "", text)
    text = re.sub(r"(?i)(?:(?<=\w)-|(?<=\w{4})\.)(?=(?:de|del|la|y)\b)", " ", text)
    return Said(_with_acronym(" ".join(_words(text.split(), spelling))), confidence)


def _slashed(read: Read) -> Read:
    """Give readings that all have the slash that one of them has: a model takes it for a thin letter, never so back."""
    by_shape = {_shape(said.text): said.text for said in read if "/" in said.text}
    return tuple(s if "/" in s.text else replace(s, text=by_shape.get(_shape(s.text), s.text)) for s in read)


def _shape(text: str) -> str:
    return re.sub(r"[il1|/]", "|", plain(text).replace(" ", ""))


def _with_acronym(name: str) -> str:
    """Give a name whose acronym has the thin letter again that it lost: `Instituto Municipal de la Mujer (MM)`."""
    found = re.fullmatch(r"(?P<words>.+) \((?P<letters>[^\W\d_](?: ?[^\W\d_])+)\)", name)
    if found is None:
        return name
    initials = _initials(WORD.findall(found["words"]))
    lost = (initials[:n] + initials[n + 1 :] for n, letter in enumerate(initials) if letter == "i")
    whole = plain(found["letters"].replace(" ", "")) in (initials, *lost)
    return f"{found['words']} ({initials.upper()})" if whole else name


def _initials(found: Sequence[str]) -> str:
    return "".join(plain(w)[0] for w in found if plain(w) not in SHORT)


def _paired(text: str) -> str:
    """Give a text whose brackets come in pairs: one that closes nothing is a speck, and so is one that is not closed.

    Before an acronym, its end was cut. None stand in others: of two that open, the first is a speck.
    """
    kept = list(text)
    opened: int | None = None
    for n, letter in enumerate(text):
        if letter == "(":
            if opened is not None:
                kept[opened] = ""
            opened = n
        elif letter == ")":
            kept[n] = "" if opened is None else letter
            opened = None
    if opened is None:
        return "".join(kept)
    inside = text[opened + 1 :]
    if inside.isupper() and len(inside) <= _LONGEST_ACRONYM:
        return "".join(kept) + ")"
    kept[opened] = ""
    return "".join(kept)


def _words(pieces: Sequence[str], spelling: Spelling) -> Iterator[str]:
    """Give words whose space was lost, or that a space broke, as they are known."""
    for word in spelling.whole(pieces):
        yield from _parted(word, spelling)


def _parted(word: str, spelling: Spelling) -> tuple[str, ...]:
    if not word.isalpha() or spelling.knows(word):
        return (word,)
    for size in (1, 2):
        for left, right in ((word[:-size], word[-size:]), (word[:size], word[size:])):
            small, large = sorted((left, right), key=len)
            one_case = small.islower() or word.isupper()
            if plain(small) in SHORT and len(large) >= 5 and one_case and spelling.knows(large):
                return left, right
    cuts = [(word[:n], word[n:]) for n in range(_OPENING, len(word) - _OPENING + 1)]
    pairs = [] if is_word(word) else [c for c in cuts if all(is_word(w) or spelling.knows(w) for w in c)]
    return pairs[0] if len(pairs) == 1 else (word,)
