"""Appeal success: how many appeals are won."""

from reporting_api.kpis.books import Books, Needs
from reporting_api.kpis.domain import Definition, Direction, Figures, Unit
from reporting_api.kpis.shapes import nothing

DEFINITION = Definition(
    id="appeal_success_rate",
    version=1,
    name="Appeal success",
    unit=Unit.RATIO,
    formula="appeals decided fully or partly for the practice / appeals decided in the period; withdrawn and "
    "dismissed ones apart",
    source="appeals",
    better=Direction.UP,
    missing_input="appeals and their decisions",
)
NEEDS = Needs()


def measure(books: Books) -> Figures:
    """No value yet."""
    return nothing(books)
