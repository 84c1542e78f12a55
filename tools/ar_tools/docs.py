"""Pages that are made from code: `docs/events.md` from the event catalogue (`make docs`; `--check` finds drift)."""

import sys
from pathlib import Path

from claims_api.events.catalogue import CATALOGUE

ROOT = Path(__file__).resolve().parents[2]
EVENTS = ROOT / "docs" / "events.md"

_HEAD = """# Events

Made from `claims_api/events/catalogue.py` by `make docs`; change it there.

`GET /v1/events?after=` gives a practice's facts in order, gap-free from sequence 1. Poll with the last sequence
you handled; an answer with no items means you have everything up to `head`. Handle an event by looking at the
resource it names: its state decides, not the order in which you hear of it. Changes to this page are additive.

Data hold ids, codes, cents and your own external ids. They never hold a name, a member id or another piece of
patient data.

| Type | About | When | Data |
|---|---|---|---|
"""


def events_page() -> str:
    """The whole page."""
    rows = (
        f"| `{event.name}` | {event.subject} | {event.when} | {', '.join(f'`{name}`' for name in event.data)} |"
        for event in CATALOGUE
    )
    return _HEAD + "\n".join(rows) + "\n"


def main() -> None:
    """Write the page, or with --check say that it is stale."""
    if "--check" in sys.argv:
        if not EVENTS.exists() or EVENTS.read_text() != events_page():
            sys.exit("docs/events.md differs from the event catalogue (run: make docs)")
        return
    EVENTS.write_text(events_page())


if __name__ == "__main__":
    main()
