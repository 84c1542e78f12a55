"""Draws that depend only on a seed and on what they are for: asked again, they come out the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chance:
    """`key` says whose draws these are, such as a seed and a claim."""

    key: str

    def below(self, limit: int, purpose: str) -> int:
        """A number from 0 to `limit - 1`, the same for the same purpose."""
        digest = blake2b(f"{self.key}\0{purpose}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % limit

    def between(self, low: int, high: int, purpose: str) -> int:
        """Both ends included."""
        return low + self.below(high - low + 1, purpose)

    def digits(self, count: int, purpose: str) -> str:
        """A number of exactly `count` digits, the first one not 0."""
        return str(self.between(10 ** (count - 1), 10**count - 1, purpose))

    def weighted(self, choices: Sequence[tuple[int, T]], purpose: str) -> T:
        """One of the choices, each as often as its weight says."""
        draw = self.below(sum(weight for weight, _ in choices), purpose)
        for weight, choice in choices:
            if draw < weight:
                return choice
            draw -= weight
        raise AssertionError("the draw is below the sum of the weights")
