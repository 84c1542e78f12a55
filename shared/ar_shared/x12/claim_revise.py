"""Say of a claim which version it is: its frequency (CLM05-3) and the payer's number of the original (REF*F8)."""

from typing import Final

from ar_shared.x12.claim_model import ClaimImage, Element, Loop, SegmentData, value

_ORIGINAL: Final = "F8"
# Segments of loop 2300 that stand before its REF segments in both guides.
_BEFORE_REF: Final = frozenset({"CLM", "DTP", "CL1", "PWK", "CN1", "AMT", "REF"})


def revise(image: ClaimImage, frequency: str, original_number: str) -> ClaimImage:
    """The same claim as this version of it; the image given stays as it is. original_number: empty for none."""
    items: list[SegmentData | Loop] = []
    place = 0
    for item in image.claim.items:
        if isinstance(item, list):
            if item[0] == "REF" and value(item, 1) == _ORIGINAL:
                continue
            if item[0] in _BEFORE_REF:
                place = len(items) + 1
            if item[0] == "CLM":
                items.append(_with_frequency(item, frequency))
                continue
        items.append(item)
    if original_number:
        items.insert(place, ["REF", _ORIGINAL, original_number])
    return ClaimImage(
        claim_type=image.claim_type,
        version=image.version,
        header=image.header,
        billing=image.billing,
        subscriber=image.subscriber,
        patient=image.patient,
        claim=Loop(image.claim.id, items),
    )


def _with_frequency(clm: SegmentData, frequency: str) -> SegmentData:
    padded = [*clm, *[""] * 6][: max(len(clm), 6)]
    place: Element = [value(clm, 5, 1), value(clm, 5, 2), frequency]
    return [*padded[:5], place, *padded[6:]]
