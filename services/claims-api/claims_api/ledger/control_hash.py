"""A hash over postings that another system can compute again from an export, to see that nothing is missing.

One line a posting, `journal|n|entry|effective_on|debit|credit|cents` (ids in lower case, dates as 2026-03-31), in the
order of journal and n, joined by line feeds; SHA-256 of its UTF-8 bytes.
"""

from typing import Final

# Over `claims.posting p` joined with `claims.journal j`.
LINE: Final = (
    "concat_ws('|', p.journal_id, p.n, p.entry, to_char(j.effective_on, 'YYYY-MM-DD'), p.debit_account, "
    "p.credit_account, p.amount_cents)"
)
HASH: Final = f"sha256(convert_to(coalesce(string_agg({LINE}, E'\\n' ORDER BY p.journal_id, p.n), ''), 'UTF8'))"
