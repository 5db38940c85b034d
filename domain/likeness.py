"""Groups of texts that are about the same thing, told by the words that they share (SLA 12.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MOST = 2_000  # texts; the work grows with their square
ALIKE = 0.42  # the cosine of two texts from which they count as alike
COMMON = 0.12  # a word in more than this share of the texts tells nothing
FEW = 10  # texts that may share any word
TOLD = 0.6  # a word explains a group when this share of it has it
Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Group:
    """`members` are places in what was given; `words` are shared, the most telling first."""

    members: tuple[int, ...]
    words: tuple[str, ...]


def groups(texts: Sequence[Set[str]], *, least: int = 3) -> list[Group]:
    """Groups of `least` or more of these texts, each a set of words; the largest first. A text is in one at most.

    Every member is like the one in the middle of its group, so a chain of small likenesses makes no group.
    """
    words, weights = _weighted(list(texts[:MOST]))
    if not words:
        return []
    alike = np.asarray((weights @ weights.T) >= ALIKE)
    found: list[Group] = []
    while True:
        sizes = alike.sum(axis=1)
        middle = int(sizes.argmax())
        if sizes[middle] < least:
            return found
        members = np.flatnonzero(alike[middle])
        if told := _shared(members, words, weights):
            found.append(Group(tuple(int(one) for one in members), told))
        alike[members, :] = False
        alike[:, members] = False


def _weighted(texts: list[Set[str]]) -> tuple[list[str], Matrix]:
    """How telling each word is of each text: rare among all texts, and there; every text has length 1."""
    spread = Counter(word for text in texts for word in text)
    most = max(FEW, COMMON * len(texts))
    words = sorted(word for word, number in spread.items() if 2 <= number <= most)
    place = {word: n for n, word in enumerate(words)}
    weights: Matrix = np.zeros((len(texts), len(words)), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text & place.keys():
            weights[row, place[word]] = np.log(len(texts) / spread[word])
    lengths = np.linalg.norm(weights, axis=1, keepdims=True)
    return words, np.divide(weights, lengths, out=weights, where=lengths > 0)


def _shared(
    members: npt.NDArray[np.intp], words: list[str], weights: Matrix, most: int = 5
) -> tuple[str, ...]:
    mine = weights[members]
    told = np.flatnonzero((mine > 0).mean(axis=0) >= TOLD)
    order = told[np.argsort(-mine[:, told].sum(axis=0), kind="stable")]
    return tuple(words[n] for n in order[:most])
