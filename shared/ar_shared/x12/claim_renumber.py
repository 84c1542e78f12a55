"""Give a claim that came from outside our own names before it goes out: submitter, control numbers, line numbers."""

from collections.abc import Sequence
from typing import Final

from ar_shared.x12.claim_model import ClaimImage, Loop, SegmentData, value

# Segments of loop 2400 that stand before its REF segments in both guides.
_BEFORE_REF: Final = frozenset(
    {"LX", "SV1", "SV2", "SV3", "SV5", "PWK", "CR1", "CR3", "CRC", "DTP", "QTY", "MEA", "CN1", "REF"}
)


def renumber(image: ClaimImage, header: Loop, control_number: str, line_numbers: Sequence[str]) -> ClaimImage:
    """The same claim under `header` and our control numbers (CLM01, REF*6R); the image given stays as it is.

    Raises ValueError when the claim does not have as many lines as `line_numbers`.
    """
    lines = list(image.claim.loops("2400"))
    numbers = dict(zip(map(id, lines), line_numbers, strict=True))
    items: list[SegmentData | Loop] = []
    for item in image.claim.items:
        if isinstance(item, Loop):
            items.append(_with_line_number(item, numbers[id(item)]) if id(item) in numbers else item)
        else:
            items.append(["CLM", control_number, *item[2:]] if item[0] == "CLM" else item)
    return ClaimImage(
        claim_type=image.claim_type,
        version=image.version,
        header=header,
        billing=image.billing,
        subscriber=image.subscriber,
        patient=image.patient,
        claim=Loop(image.claim.id, items),
    )


def _with_line_number(line: Loop, number: str) -> Loop:
    kept = [item for item in line.items if not (isinstance(item, list) and _is_line_number(item))]
    place = 0
    for position, item in enumerate(kept):
        if isinstance(item, list) and item[0] in _BEFORE_REF:
            place = position + 1
    return Loop(line.id, [*kept[:place], ["REF", "6R", number], *kept[place:]])


def _is_line_number(segment: SegmentData) -> bool:
    return segment[0] == "REF" and value(segment, 1) == "6R"
