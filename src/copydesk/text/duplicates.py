"""Near-duplicates: signatures of texts, what two signatures tell, and an index that finds similar ones."""

import math
from array import array
from collections.abc import Sequence
from operator import eq
from typing import Final, NamedTuple

PERMUTATIONS: Final = 128
"""Standard error of the estimated Jaccard index: at most 0.044."""
SEED: Final = 1
WIDTH: Final = 3
"""Words in a shingle."""
BANDS: Final = 12
"""Bands of two hashes: finds 97 % of the pairs with a Jaccard index of 0.5, 68 % at 0.3; unrelated texts have 0.01."""
BUCKET: Final = 8
"""Most texts in a bucket, so that ten thousand copies of one text cost no more than eight."""
NEAR_JACCARD: Final = 0.3
NEAR_CONTAINMENT: Final = 0.45
"""A cut version shares most of its own words with the whole, however small a part of the whole it is."""
_KEY_BITS: Final = (1 << 30) - 1


class Signature(NamedTuple):
    """MinHash signature (Broder 1997) of the set of word triples of a text, and the size of that set."""

    hashes: "array[int]"
    size: int


def sign(words: Sequence[str]) -> Signature:
    """Sign a text, given its words; the same words give the same signature in every process."""
    from rensa import RMinHash

    shingles = set(map(" ".join, zip(*(words[shift:] for shift in range(WIDTH)), strict=False))) or {" ".join(words)}
    minhash = RMinHash(PERMUTATIONS, SEED)
    minhash.update(list(shingles))
    return Signature(array("I", minhash.digest()), len(shingles))


def jaccard(one: Signature, other: Signature) -> float:
    """Estimate which share of all word triples of two texts is common to both.

    >>> text = "the minister said that the talks would go on until an agreement was found".split()
    >>> jaccard(sign(text), sign(text))
    1.0
    """
    equal: int = sum(map(eq, one.hashes, other.hashes))
    return equal / PERMUTATIONS


def nearness(one: Signature, other: Signature) -> float:
    """How close two near-duplicates are.

    Returns:
        the greater of the estimated Jaccard index and the estimated share of the smaller text in the larger;
        0 when the texts are not near-duplicates.
    """
    similarity = jaccard(one, other)
    # With a brief and a long article the error of the estimate is multiplied: count on one standard error less.
    surely = similarity - math.sqrt(similarity * (1 - similarity) / PERMUTATIONS)
    common = surely / (1 + surely) * (one.size + other.size)
    containment = min(1.0, common / min(one.size, other.size))
    if similarity >= NEAR_JACCARD or containment >= NEAR_CONTAINMENT:
        return max(similarity, containment)
    return 0.0


class NearIndex:
    """Locality-sensitive hashing by bands: finds numbered signatures that are similar to one."""

    def __init__(self) -> None:
        # Nearly every bucket holds one number only: that one is stored without a list around it.
        self._buckets: dict[int, int | list[int]] = {}

    def add(self, number: int, signature: Signature) -> None:
        """Add a signature; numbers ascend, and the newest of a full bucket push the oldest out."""
        for key in _keys(signature):
            held = self._buckets.get(key)
            if held is None:
                self._buckets[key] = number
            elif isinstance(held, int):
                self._buckets[key] = [held, number]
            else:
                held.append(number)
                del held[:-BUCKET]

    def remove(self, number: int, signature: Signature) -> None:
        """Remove a signature that was added."""
        for key in _keys(signature):
            held = self._buckets.get(key)
            if held == number:
                del self._buckets[key]
            elif isinstance(held, list) and number in held:
                held.remove(number)
                if not held:
                    del self._buckets[key]

    def candidates(self, signature: Signature) -> set[int]:
        """Numbers of signatures that share a band."""
        found: set[int] = set()
        for key in _keys(signature):
            held = self._buckets.get(key)
            if isinstance(held, int):
                found.add(held)
            elif held is not None:
                found.update(held)
        return found


def _keys(signature: Signature) -> list[int]:
    hashes = signature.hashes
    return [hash((band, hashes[2 * band], hashes[2 * band + 1])) & _KEY_BITS for band in range(BANDS)]
