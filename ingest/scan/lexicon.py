"""Words of the language: whether a word is one, and which one a misread word was.

Here belongs what every Spanish text shares. Not here: the words of one report, names (`vocabulary`), headings
(`wording`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import takewhile
from unicodedata import normalize

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein
from simplemma.strategies import DEFAULT_DICTIONARY_FACTORY

from ingest.words import plain

WORD = re.compile(r"[^\W\d_]+")
_LEAST = 4  # letters: shorter ones are words too often, whatever they were
_LETTERS = (5, 8, 11)  # of a word from which on one, two, three may be wrong
_LONG = 7  # letters of a word that may be misread twice
_THIN = "ilrtíj"  # letters that small type loses, or makes of the edge of another
_LOST, _ADDED, _OTHER = 1.0, 1.2, 1.6  # how far a word is that has one of those less, or more; or any other letter less
_OWN = 1.0  # so much nearer is a word that the report has elsewhere
_CLEAR = 0.5  # nearer than the next word, for there to be no doubt
_COMMON = 1.0  # the misreadings of which a long word may have two
_FARTHEST = 2.4
_READ = 1.5  # how well a word is read that is read well: the squares of the confidence, added up
_SEEN = 0.1
_OFTENER = 2.0  # times as well as its misreading
_OPENING = re.compile(r"(^|[.:=)\d])\W*$")  # before the first word of a sentence
_LOST_L = re.compile(
    r"\b(de|en|para|por|con|entre|sobre|hacia) (as|os|a(?=\s[^\W\d_]+(?:[dt]ad|ción|sión|[^\W\d_]a)\b))(?=\s)"
)
"""An article without its thin letter after a preposition: `de a población`."""
_MORE = "aceénosú"
_REMEMBERED = 10_000  # words
_CHANGES = 2  # letters that a misreading changes at most
_USUAL = frozenset("ilítfrdm")  # letters that are misread most, into any of theirs, like accents that are lost
_ACCENTS = frozenset({"aá", "eé", "oó", "uú"})
_SELDOM = 1.3
_TAKEN = {
    "i": "l í j t r ú u", "l": "i í t j f", "í": "i", "t": "f l i r", "f": "t", "r": "n t i f", "n": "r m u ñ",
    "ñ": "n", "m": "rn n ni in", "u": "ú n v", "ú": "u i", "o": "ó c e a ci d", "ó": "o", "c": "e o é",
    "e": "c é o a", "é": "e c", "d": "cl ci o", "b": "h li ll lo o", "h": "b li n", "v": "y", "y": "v g",
    "q": "ej g d", "g": "q y ej", "s": "a z e", "z": "s", "a": "o s á e", "á": "a", "j": "i", "k": "l lt",
    "p": "o jo", "w": "vv", "rn": "m", "rñ": "ñ", "ñi": "ñ", "ri": "n ñ", "cl": "d", "ci": "d", "ii": "ú u",
    "il": "n", "in": "m", "ni": "m ñ", "li": "b h", "vv": "w", "tr": "n", "fi": "ñ",
}  # fmt: skip
"""What a letter, or two, as read may have been."""


@lru_cache(_REMEMBERED)
def is_word(word: str) -> bool:
    """Tell whether a word, in any case, is one of the language."""
    return _is_known(normalize("NFC", word.lower()))


@cache
def _dictionary() -> Mapping[str, str]:
    return DEFAULT_DICTIONARY_FACTORY.get_dictionary("es")


def _is_known(small: str) -> bool:
    """Tell whether a word in small letters is in the dictionary, be it as a name.

    It is asked for hundreds of changes of each strange word, so that `simplemma.is_known`, which makes sure of its
    arguments each time, would take most of the time.
    """
    known = _dictionary()
    return known.get(small) is not None or known.get(small.capitalize()) is not None


def strange(text: str) -> list[str]:
    """Give the words of a text that are none of the language; names and abbreviations, which open with a capital, are.

    In a text all in capitals every word is looked at.
    """
    capitals = text == text.upper()
    found = WORD.findall(text)
    return [w for w in found if len(w) >= _LEAST and (capitals or w == w.lower()) and not is_word(w)]


def seems_misread(word: str) -> bool:
    """Tell whether a word is none of the language, but near one: a name of a place or of an office is near none."""
    small = word.lower()
    near = {plain(w): cost for w, cost in _near(small)}
    return not is_word(small) and plain(small) not in near and min(near.values(), default=_FARTHEST) <= _SELDOM


def sense(text: str) -> int:
    """Give how much of a text makes words of the language: their letters, less those of words that are none."""
    letters = sum(len(w) for w in WORD.findall(text) if len(w) >= _LEAST and is_word(w))
    return letters - sum(map(len, strange(text)))


def mended(text: str, own: Mapping[str, float]) -> str:
    """Give a text with each misread word replaced by the word that it was, where that is clear.

    `own` gives how well the report's own words, in small letters, are read elsewhere: these are likelier.
    """
    text = _LOST_L.sub(r"\1 l\2", WORD.sub(lambda m: _with_thin_l(m[0]), text))
    return WORD.sub(lambda m: _mended_word(m[0], own, opens=_OPENING.search(text[: m.start()]) is not None), text)


def _with_thin_l(word: str) -> str:
    """Give a word whose small l was read as a capital I, as in `Ia`, or an acronym whose I was read as a small l."""
    if word[:1] == "I" and word[1:].islower() and not is_word(word) and is_word("l" + word[1:]):
        return "l" + word[1:]
    return word[:-1] + "I" if word[-1] == "l" and word[:-1].isupper() and len(word) >= _LEAST else word


def _mended_word(word: str, own: Mapping[str, float], *, opens: bool) -> str:
    """Give the word that `word` was; itself where it is none, where none is near, or more than one.

    With a capital it may be a name, unless it opens a sentence. A word of the language stays but for a thin letter
    that another word of the report has besides, which is read better.
    """
    small = word.lower()
    mine = own.get(small, 0.0)
    if len(word) < _LEAST or word not in {small, word.upper(), word.capitalize()}:
        return word
    may_be_name = word != small and (word.isupper() or not opens)
    better = _OFTENER * max(mine, _SEEN)
    if is_word(word):
        best = _nearest(_commonly_misread(small, own, better))
    else:
        # What is read well again and again is a term of the trade, unless a letter makes a word of it.
        most = _COMMON if mine >= _READ else _FARTHEST
        near = {w: c - _OWN * (w in own) for w, c in _near(small) if c <= most and (w in own or not may_be_name)}
        best = _nearest(near)
        if not near and not may_be_name and mine < _READ:
            best = nearest_word(small, {plain(w): w for w, support in own.items() if support >= better and is_word(w)})
    if best is None:
        return word
    return cased_as(word, best)


def _commonly_misread(small: str, own: Mapping[str, float], support: float) -> dict[str, float]:
    """Give the report's own words, of so much support, that one common misreading makes `small` of."""
    alike = process.extract(small, own.keys(), scorer=Levenshtein.distance, score_cutoff=_CHANGES, limit=None)
    likely = {w for w, _, _ in alike if own[w] >= support}
    return {w: c for w, c in _changed(small) if c <= _COMMON and w in likely} if likely else {}


def cased_as(word: str, other: str) -> str:
    """Give another word in the case of `word`: all capitals, a capital first, or none."""
    return other.upper() if word.isupper() else other.capitalize() if word[0].isupper() else other


def _nearest(near: Mapping[str, float]) -> str | None:
    best = min(near, key=lambda w: near[w], default=None)
    if best is None or any(far < near[best] + _CLEAR for other, far in near.items() if other != best):
        return None
    return best


@lru_cache(_REMEMBERED)
def _near(word: str) -> tuple[tuple[str, float], ...]:
    """Give the words of the language that reading may have made `word` of, with how unlike they are.

    Only where no single misreading tells one are two of the commonest looked for.
    """
    found: dict[str, float] = {}
    _keep_words(found, _changed(word))
    if not found and len(word) >= _LONG:
        for once, cost in {(other, cost) for other, cost in _changed(word) if cost <= _COMMON}:
            _keep_words(found, ((twice, cost + more) for twice, more in _changed(once) if more <= _COMMON))
    return tuple(found.items())


def _keep_words(found: dict[str, float], changes: Iterable[tuple[str, float]]) -> None:
    for other, cost in changes:
        if cost < found.get(other, _FARTHEST) and _is_known(other):
            found[other] = cost


def _changed(word: str) -> Iterator[tuple[str, float]]:
    for at in range(len(word) + 1):
        for read in (word[at : at + 1], word[at : at + 2])[: len(word) - at]:
            for printed in _TAKEN.get(read, "").split():
                usual = len(read + printed) > 2 or read in _USUAL or read + printed in _ACCENTS
                yield word[:at] + printed + word[at + len(read) :], _COMMON if usual else _SELDOM
        for letter in _THIN:
            yield word[:at] + letter + word[at:], _LOST
        for letter in _MORE:
            yield word[:at] + letter + word[at:], _OTHER
        if at < len(word):
            yield word[:at] + word[at + 1 :], _ADDED if word[at] in _THIN else _OTHER


def nearest_word(word: str, among: Mapping[str, str]) -> str | None:
    """Give the one of `among` (by its plain form) that `word` is likely a misreading of; None for none, or several.

    Words that differ by their endings only (number, gender, derivation) are other words, not misreadings.
    """
    bare = plain(word)
    near = process.extract(bare, among.keys(), scorer=Levenshtein.distance, score_cutoff=len(_LETTERS), limit=6)
    least = min((off for _, off, _ in near), default=9)
    nearest = [w for w, off, _ in near if off == least and off <= allowed(w, bare)]
    return among[nearest[0]] if len(nearest) == 1 and not _is_form(nearest[0], bare) else None


def allowed(word: str, read: str) -> int:
    """Give how many letters of a word may be wrong: short words are too near to each other."""
    shorter = min(len(word), len(read))
    return sum(shorter >= letters for letters in _LETTERS)


def _is_form(one: str, other: str) -> bool:
    one, other = (word.removesuffix("s") for word in (one, other))
    if one[:-1] == other[:-1] or one.startswith(other) or other.startswith(one):
        return True
    stem = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return abs(len(one) - len(other)) >= 2 and stem >= min(len(one), len(other)) - 2
