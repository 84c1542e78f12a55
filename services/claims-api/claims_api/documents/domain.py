"""What a document may be, and what it may belong to."""

from typing import Final

from claims_api.phrases import Phrased


class DocumentKind(Phrased):
    """What is on the paper."""

    EOB = "eob", "a payer's explanation of benefits"
    CHECK = "check", "a check or its stub"
    DENIAL_LETTER = "denial_letter", "a payer's letter that it does not pay"
    APPEAL_LETTER = "appeal_letter", "our letter against a decision"
    MEDICAL_RECORD = "medical_record", "what care was given and why"
    AUTHORIZATION = "authorization", "a payer's permission"
    STATEMENT = "statement", "what was sent to a patient"
    CONSENT = "consent", "what a patient agreed to"
    CORRESPONDENCE = "correspondence", "any other letter"
    OTHER = "other", "anything else"


class DocumentSource(Phrased):
    """How it came to the practice."""

    UPLOAD = "upload", "brought in by a person or a program"
    LOCKBOX = "lockbox", "scanned by the bank"
    MAIL = "mail", "came as a letter"
    FAX = "fax", "came by fax"
    PORTAL = "portal", "taken from a payer's portal"
    GENERATED = "generated", "made by the practice"


class LinkKind(Phrased):
    """What a document may belong to."""

    PATIENT = "patient", "a patient"
    COVERAGE = "coverage", "an insurance of a patient"
    CLAIM = "claim", "a claim"
    REMITTANCE = "remittance", "a payer's payment"
    DENIAL = "denial", "a denial"


TABLE_OF: Final = {
    LinkKind.PATIENT: "patient",
    LinkKind.COVERAGE: "coverage",
    LinkKind.CLAIM: "claim",
    LinkKind.REMITTANCE: "remittance",
    LinkKind.DENIAL: "denial_case",
}

MEDIA_TYPES: Final = ("application/pdf", "image/png", "image/jpeg", "image/tiff", "text/plain")
MAX_BYTES: Final = 32 * 1024 * 1024
