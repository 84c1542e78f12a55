"""Cursors cannot be forged or carried elsewhere; a change needs the version it was based on."""

import pytest

from ar_shared.kernel.errors import LedgerwellError, PreconditionFailedError, PreconditionRequiredError
from ar_shared.platform.cursors import CursorInvalidError, Cursors
from ar_shared.platform.etags import etag_of, require_match

CURSORS = Cursors("a secret of this test")
FILTERS = {"state": "open", "payer_id": None}
CURSOR = CURSORS.encode("listClaims", 7, FILTERS, ["2026-03-31", 12])


def test_a_cursor_gives_back_its_position() -> None:
    assert CURSORS.decode(CURSOR, "listClaims", 7, FILTERS) == ["2026-03-31", 12]
    assert CURSORS.decode(CURSOR, "listClaims", 7, dict(reversed(FILTERS.items()))) == ["2026-03-31", 12]


@pytest.mark.parametrize(
    ("operation", "practice_id", "filters"),
    [
        ("listDenials", 7, FILTERS),
        ("listClaims", 8, FILTERS),
        ("listClaims", 7, {"state": "closed", "payer_id": None}),
        ("listClaims", 7, {}),
    ],
)
def test_a_cursor_of_another_list_is_refused(operation: str, practice_id: int, filters: dict[str, str | None]) -> None:
    with pytest.raises(CursorInvalidError):
        CURSORS.decode(CURSOR, operation, practice_id, filters)


def test_a_cursor_changed_in_any_character_is_refused() -> None:
    for place, character in enumerate(CURSOR):
        forged = CURSOR[:place] + ("A" if character != "A" else "B") + CURSOR[place + 1 :]
        if place == len(CURSOR) - 1:
            continue  # unused trailing bits of base64 decode to the same bytes
        with pytest.raises(CursorInvalidError):
            CURSORS.decode(forged, "listClaims", 7, FILTERS)


@pytest.mark.parametrize("cursor", ["", "A", "====", "é", "no cursor", "AAAA" * 200, CURSOR + "AAAA", CURSOR[:-4]])
def test_what_is_not_a_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(CursorInvalidError) as caught:
        CURSORS.decode(cursor, "listClaims", 7, FILTERS)
    assert (caught.value.status, caught.value.code) == (422, "cursor_invalid")


def test_a_cursor_under_another_secret_is_refused() -> None:
    with pytest.raises(CursorInvalidError):
        Cursors("another").decode(CURSOR, "listClaims", 7, FILTERS)


@pytest.mark.parametrize("if_match", ['"7"', '"6", "7"', ' "7" '])
def test_the_current_version_lets_a_change_through(if_match: str) -> None:
    require_match(if_match, 7)
    assert etag_of(7) == '"7"'


@pytest.mark.parametrize(
    ("if_match", "error"),
    [
        (None, PreconditionRequiredError),
        ("", PreconditionRequiredError),
        ("*", PreconditionRequiredError),
        ('"6"', PreconditionFailedError),
        ('"77"', PreconditionFailedError),
        ('W/"7"', PreconditionFailedError),
        ("7", PreconditionFailedError),
    ],
)
def test_a_change_without_the_current_version_is_refused(if_match: str | None, error: type[LedgerwellError]) -> None:
    with pytest.raises(error) as caught:
        require_match(if_match, 7)
    assert caught.value.status == {PreconditionRequiredError: 428, PreconditionFailedError: 412}[error]
