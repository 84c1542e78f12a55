"""A small balanced remittance as text, and the ways in which real files differ from it."""

from collections.abc import Callable

ISA = "ISA*00*          *00*          *ZZ*BIGPAYER       *ZZ*PRACTICE       *260701*0600*^*00501*000000001*0*T*:"
GS = "GS*HP*BIGPAYER*PRACTICE*20260701*0600*1*X*005010X221A1"
HEADER = [
    "BPR*I*235*C*ACH*CCP*01*999999992*DA*1*1512345678**01*999988880*DA*2*20260701",
    "TRN*1*TRACE0001*1512345678",
    "REF*EV*MAILBOX",
    "DTM*405*20260630",
    "N1*PR*BIG PAYER*XV*87726",
    "N3*1 MAIN STREET",
    "N4*SPRINGFIELD*IL*62701",
    "REF*2U*87726",
    "PER*BL*EDI DESK*TE*5555550100",
    "N1*PE*THE PRACTICE*XX*1234567893",
    "REF*TJ*123456789",
]
PAID = [
    "CLP*PCN1*1*150*90*20*12*ICN1*11*1",
    "NM1*QC*1*ABARA*ADA****MI*W1",
    "NM1*82*1*ROWAN*MAE****XX*1234567893",
    "REF*1L*GROUP1",
    "DTM*232*20260601",
    "AMT*AU*110",
    "SVC*HC:G0101:25*100*70**1",
    "DTM*472*20260601",
    "CAS*CO*45*20",
    "CAS*PR*3*10",
    "REF*6R*L1",
    "AMT*B6*80",
    "SVC*HC:G0102*50*20**2",
    "DTM*472*20260602",
    "CAS*CO*45*20",
    "CAS*PR*3*10",
    "REF*6R*L2",
]
DENIED = [
    "CLP*PCN2*1*80*0**12*ICN2*11*1",
    "NM1*QC*1*BRANDT*BRUNO****MI*W2",
    "SVC*HC:G0103*80*0**1",
    "DTM*472*20260603",
    "CAS*CO*16*80",
    "REF*6R*L3",
    "LQ*HE*M51",
]
INSTITUTIONAL = [
    "CLP*PCN3*2*1000.5*145.7**MA*ICN3*11*1*01*470*1.5*0.25",
    "CAS*CO*45*854.8",
    "NM1*QC*1*CLOVER*CLARA****MI*W3",
    "MIA*0***145.7*MA01",
    "DTM*232*20260501",
    "DTM*233*20260504",
    "QTY*CA*3",
]
PLB = ["PLB*1234567893*20261231*WO:ICN9*.7"]
CLAIMS = [*PAID, *DENIED, *INSTITUTIONAL]


def era(*body: str, sets: int = 1) -> list[str]:
    """The segments of one interchange; without `body`, the three claims and the PLB in balance (paid 235.70)."""
    inner = list(body) or [*HEADER, "LX*1", *CLAIMS, *PLB]
    transactions: list[str] = []
    for number in range(1, sets + 1):
        transactions += [f"ST*835*{number:04d}", *inner, f"SE*{len(inner) + 2}*{number:04d}"]
    return [ISA, GS, *transactions, f"GE*{sets}*1", "IEA*1*000000001"]


def text(segments: list[str], end: str = "~") -> bytes:
    return "".join(segment + end for segment in segments).encode()


def changed(marks: dict[str, str], end: str = "~") -> bytes:
    """The remittance with other delimiters."""
    return text(era(), end).decode().translate(str.maketrans("".join(marks), "".join(marks.values()))).encode()


def _short_header() -> bytes:
    return text(era()).replace(b"*          *", b"**").replace(b"BIGPAYER       ", b"BIGPAYER")


def _wrapped() -> bytes:
    plain = text(era())
    return b"\r\n".join(plain[at : at + 80] for at in range(0, len(plain), 80))


SAME_CONTENT: dict[str, Callable[[], bytes]] = {
    "plain": lambda: text(era()),
    "line feeds after the terminator": lambda: text(era(), "~\n"),
    "carriage return and line feed after the terminator": lambda: text(era(), "~\r\n"),
    "indented": lambda: text(era(), "~\r\n    "),
    "tabs": lambda: text(era(), "~\n\t"),
    "blank lines": lambda: text(era(), "~\n\n \n"),
    "byte order mark": lambda: b"\xef\xbb\xbf" + text(era()),
    "leading newlines": lambda: b"\r\n\r\n  " + text(era()),
    "line feed as terminator": lambda: text(era(), "\n"),
    "carriage return as terminator": lambda: text(era(), "\r"),
    "CRLF as terminator": lambda: text(era(), "\r\n"),
    "line feed in front of the tilde": lambda: text(era(), "\n~"),
    "CRLF in front of the tilde": lambda: text(era(), "\r\n~"),
    "trailing NULs": lambda: text(era()) + b"\x00\x00\x00",
    "trailing ctrl-Z": lambda: text(era(), "~\r\n") + b"\x1a",
    "repeated terminators": lambda: text(era(), "~~"),
    "unpadded header": _short_header,
    "wrapped at 80 columns": _wrapped,
    "no terminator at the end": lambda: text(era())[:-1],
}
OTHER_MARKS: dict[str, bytes] = {
    "pipes": changed({"*": "|"}),
    "plus and quote": changed({"*": "+", "~": "'"}),
    "control characters": changed({"*": "\x1d", "~": "\x1c", ":": "\x1f"}),
    "greater than": changed({":": ">"}),
    "caret as component, U of 4010": text(era()).replace(b"*^*00501*", b"*U*00401*").replace(b":", b"^"),
    "tab": changed({"*": "\t"}),
}
