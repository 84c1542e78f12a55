"""Where an 837 segment opens a loop: the parts of the 005010X222A1 and X223A2 hierarchies as tables.

A key is a segment id, or segment id and first element (`NM1*85`). 4010 names map to their 5010 loops.
"""

from typing import Final

from ar_shared.x12.claim_model import ClaimType

_CLAIM_TYPES: Final[dict[str, ClaimType]] = {
    "005010X222": "P",
    "004010X098": "P",
    "005010X223": "I",
    "004010X096": "I",
}

LEVEL_OF_HL03: Final = {"20": "2000A", "22": "2000B", "23": "2000C"}

# Files without HL exist. Outside a loop that expects them, these segments begin a level.
LEVEL_WITHOUT_HL: Final = {
    "PRV*BI": "2000A",
    "NM1*85": "2000A",
    "NM1*87": "2000A",
    "SBR": "2000B",
    "NM1*IL": "2000B",
    "NM1*PR": "2000B",
    "NM1*QC": "2000C",
}

KEYED_BY_FIRST_ELEMENT: Final = frozenset({"NM1", "PRV"})

# An NM1 with any other code opens a loop of this name in these loops, so that it has a place of its own.
NM1_FALLBACK: Final = {
    "2000A": "2010A",
    "2000B": "2010B",
    "2000C": "2010C",
    "2300": "2310",
    "2320": "2330",
    "2400": "2420",
}

_COMMON: Final[dict[str, dict[str, str]]] = {
    "HEADER": {"NM1*41": "1000A", "NM1*40": "1000B"},
    "2000A": {"NM1*85": "2010AA", "NM1*87": "2010AB", "NM1*PE": "2010AC"},
    "2000B": {"NM1*IL": "2010BA", "NM1*PR": "2010BB"},
    "2000C": {"NM1*QC": "2010CA"},
}

LOOPS: Final[dict[ClaimType, dict[str, dict[str, str]]]] = {
    "P": _COMMON
    | {
        "2300": {
            "NM1*DN": "2310A",
            "NM1*P3": "2310A",
            "NM1*82": "2310B",
            "NM1*77": "2310C",
            "NM1*DQ": "2310D",
            "NM1*PW": "2310E",
            "NM1*45": "2310F",
            "SBR": "2320",
            "LX": "2400",
        },
        "2320": {
            "NM1*IL": "2330A",
            "NM1*PR": "2330B",
            "NM1*DN": "2330C",
            "NM1*P3": "2330C",
            "NM1*82": "2330D",
            "NM1*77": "2330E",
            "NM1*DQ": "2330F",
            "NM1*85": "2330G",
            "NM1*QC": "2330",
        },
        "2400": {
            "LIN": "2410",
            "NM1*82": "2420A",
            "NM1*QB": "2420B",
            "NM1*77": "2420C",
            "NM1*DQ": "2420D",
            "NM1*DK": "2420E",
            "NM1*DN": "2420F",
            "NM1*P3": "2420F",
            "NM1*PW": "2420G",
            "NM1*45": "2420H",
            "SVD": "2430",
            "LQ": "2440",
        },
    },
    "I": _COMMON
    | {
        "2300": {
            "NM1*71": "2310A",
            "NM1*72": "2310B",
            "NM1*ZZ": "2310C",
            "NM1*82": "2310D",
            "NM1*77": "2310E",
            "NM1*DN": "2310F",
            "SBR": "2320",
            "LX": "2400",
        },
        "2320": {
            "NM1*IL": "2330A",
            "NM1*PR": "2330B",
            "NM1*71": "2330C",
            "NM1*72": "2330D",
            "NM1*ZZ": "2330E",
            "NM1*77": "2330F",
            "NM1*82": "2330G",
            "NM1*DN": "2330H",
            "NM1*85": "2330I",
            "NM1*QC": "2330",
        },
        "2400": {
            "LIN": "2410",
            "NM1*72": "2420A",
            "NM1*ZZ": "2420B",
            "NM1*82": "2420C",
            "NM1*DN": "2420D",
            "SVD": "2430",
        },
    },
}


def claim_type_of(version: str) -> ClaimType | None:
    """P or I by the guide's version (GS08 or ST03); None for a set that is not read, such as dental."""
    return _CLAIM_TYPES.get(version[:10])
