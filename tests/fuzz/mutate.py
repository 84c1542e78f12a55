"""Ways to spoil an X12 file: by byte, element, segment and amount. The same seed spoils the same way."""

import random
from collections.abc import Callable
from typing import Final

AMOUNTS: Final = {"BPR": (2,), "CLP": (3, 4, 5), "SVC": (2, 3), "CAS": (3, 6), "PLB": (4, 6), "CLM": (2,)}
JUNK: Final = (
    "", " ", "0", "-0", "-1", ".", "-", "+5", "1e5", "NaN", "1,5", "1.234", "0.005", "12345678901234567890",
    "99999999999.99", "20261399", "00000000", "20260229-20261301", "X" * 300, "ä€", "\x00", ":::", "HC:::::::",
    "A^B^C", "'; --", "835", "22",
)  # fmt: skip
STRAY: Final = (
    "CLP*STRAY*1*10*10**12*I1*11*1", "CLP*STRAY*22*-10*-10", "SVC*HC:G0463*10*10", "CAS*CO*45*5*1*16*5", "CAS*PR",
    "LX*2", "PLB*1234567893*20261231*WO:X*5*FB:Y*-5", "DTM*472*20261012", "AMT*B6*1", "MOA***MA01",
    "N1*PE*OTHER*XX*9999999999",
    "SE*5*0001", "ST*835*0009", "GE*1*1", "ISA", "HL*1**20*1", "REF*6R*X", "LQ*HE*M51", "TA1*1*260101*0900*R*001",
    "",
)  # fmt: skip


def mutated(content: bytes, rng: random.Random) -> bytes:
    """The file with one to three things wrong."""
    for _ in range(rng.randint(1, 3)):
        content = rng.choice(MUTATIONS)(content, rng)
    return content


def a_byte(content: bytes, rng: random.Random) -> bytes:
    """One changed, lost, added or many lost at the end; at times a stretch repeated."""
    at = rng.randrange(len(content) + 1)
    end = min(len(content), at + rng.randrange(1, 60))
    one = bytes([rng.randrange(256)])
    return rng.choice(
        (
            content[:at] + one + content[at + 1 :],
            content[:at] + one + content[at:],
            content[:at] + content[at + 1 :],
            content[:at] + content[end:],
            content[:at] + content[at:end] + content[at:],
            content[: max(at, 1)],
        )
    )


def an_element(content: bytes, rng: random.Random) -> bytes:
    def spoil(elements: list[str]) -> None:
        at = rng.randrange(1, len(elements)) if len(elements) > 1 else 0
        match rng.randrange(5):
            case 0:
                elements[at] = rng.choice(JUNK)
            case 1:
                elements.insert(at, rng.choice(JUNK))
            case 2:
                del elements[at]
            case 3:
                elements[at] = rng.choice(elements)
            case _:
                del elements[at + 1 :]

    return _one_segment(content, rng, spoil, lambda _: True)


def a_segment(content: bytes, rng: random.Random) -> bytes:
    segments = content.split(b"~")
    at, other = rng.randrange(len(segments)), rng.randrange(len(segments))
    match rng.randrange(6):
        case 0:
            del segments[at]
        case 1:
            segments.insert(at, segments[other])
        case 2:
            segments[at], segments[other] = segments[other], segments[at]
        case 3:
            segments.insert(at, rng.choice(STRAY).encode())
        case 4:
            segments[at] = segments[at].lower()
        case _:
            segments[min(at, other) : max(at, other)] = []
    return b"~".join(segments)


def an_amount(content: bytes, rng: random.Random) -> bytes:
    """Off by a cent, of the other sign, a hundred times as much, with a third decimal, or no amount at all."""

    def spoil(elements: list[str]) -> None:
        at = rng.choice([place for place in AMOUNTS[elements[0]] if place < len(elements)])
        elements[at] = _other_amount(elements[at], rng)

    return _one_segment(content, rng, spoil, _has_amount)


def _has_amount(elements: list[str]) -> bool:
    return any(place < len(elements) for place in AMOUNTS.get(elements[0], ()))


def _other_amount(text: str, rng: random.Random) -> str:
    try:
        cents = round(float(text) * 100)
    except (ValueError, OverflowError):
        cents = 100
    choice = rng.choice((cents + 1, cents - 1, -cents, cents * 100, 0, None))
    if choice is None:
        return rng.choice(JUNK)
    return f"{choice / 100:.2f}" if rng.random() < 0.8 else f"{choice / 100:.3f}"


def _one_segment(
    content: bytes,
    rng: random.Random,
    spoil: Callable[[list[str]], None],
    fits: Callable[[list[str]], bool],
) -> bytes:
    """The file with one of the segments that fit spoilt; unchanged when none fits."""
    segments = content.split(b"~")
    places = [n for n, segment in enumerate(segments) if fits(segment.decode("latin-1").split("*"))]
    if places:
        at = rng.choice(places)
        elements = segments[at].decode("latin-1").split("*")
        spoil(elements)
        segments[at] = "*".join(elements).encode("latin-1", "replace")
    return b"~".join(segments)


MUTATIONS: Final = (a_byte, an_element, an_element, a_segment, an_amount, an_amount)
