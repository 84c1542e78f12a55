"""TA1: whether a whole interchange was taken in. It stands between ISA and the first GS."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ar_shared.x12.envelope import Interchange
from ar_shared.x12.findings import Finding
from ar_shared.x12.tokens import Segment

NO_ERROR: Final = "000"
_CODES: Final = frozenset({"A", "E", "R"})


@dataclass(frozen=True, slots=True)
class InterchangeAnswer:
    """`control`, `date` (YYMMDD) and `time` (HHMM) are those of the interchange answered, as written.

    `code` is A accepted, E accepted with errors, R rejected; `note` says why, `000` for no error.
    """

    control: str
    date: str
    time: str
    code: str
    note: str

    @property
    def is_accepted(self) -> bool:
        return self.code in {"A", "E"}


def read_ta1(interchange: Interchange) -> list[InterchangeAnswer]:
    """The answers an interchange carries. One without a known code is left out and reported on the interchange.

    Ask once the interchange has been read to its end.
    """
    answers = []
    for segment in interchange.acknowledgements:
        answer = InterchangeAnswer(*[segment[number].strip() for number in range(1, 6)])
        if answer.code in _CODES and answer.control:
            answers.append(answer)
        else:
            interchange.findings.add(_odd(interchange, segment))
    return answers


def answer_interchange(interchange: Interchange, *, code: str, note: str = NO_ERROR) -> InterchangeAnswer:
    """The answer to an interchange that was read."""
    return InterchangeAnswer(interchange.control, interchange.date, interchange.time, code, note)


def ta1_row(answer: InterchangeAnswer) -> Sequence[str]:
    """The segment, for the `acknowledgements` of `writer.write_interchange`."""
    return ["TA1", answer.control, answer.date, answer.time, answer.code, answer.note]


def _odd(interchange: Interchange, segment: Segment) -> Finding:
    return Finding(
        "interchange_answer_unreadable",
        "The interchange acknowledgement lacks the number it answers or a known code.",
        interchange_control=interchange.control,
        segment_index=segment.index,
        segment="TA1",
        byte_offset=segment.offset,
    )
