"""Who is who: when two records are the same patient, and the closed sets of the parties."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Final

from claims_api.phrases import Phrased


class LineOfBusiness(Phrased):
    """Which law and which calendar a plan lives under."""

    MEDICARE = "medicare", "Original Medicare, paid by a Medicare contractor"
    MEDICARE_ADVANTAGE = "medicare_advantage", "Medicare through a private plan"
    MEDICAID = "medicaid", "Medicaid paid by the state"
    MEDICAID_MCO = "medicaid_mco", "Medicaid through a managed care plan"
    COMMERCIAL = "commercial", "employer or individual insurance"
    FEHB = "fehb", "federal employees' plan"
    TRICARE = "tricare", "military families' plan"
    VA = "va", "care paid by Veterans Affairs"
    WORKERS_COMP = "workers_comp", "injury at work"
    AUTO = "auto", "vehicle or other liability insurance"
    SELF_PAY = "self_pay", "no insurance"


class FinancialClass(Phrased):
    """The payer mix a practice watches; coarser than the line of business."""

    MEDICARE = "medicare", "Medicare in any form"
    MEDICAID = "medicaid", "Medicaid in any form"
    COMMERCIAL = "commercial", "employer, individual and federal employees' insurance"
    OTHER_GOVERNMENT = "other_government", "military and veterans' programmes"
    WORKERS_COMP_AUTO = "workers_comp_auto", "injury at work, vehicle and liability insurance"
    SELF_PAY = "self_pay", "the patient pays"


class Funding(Phrased):
    """Who carries the risk; decides whether state prompt-pay law applies."""

    INSURED = "insured", "an insurer carries the risk; state insurance law applies"
    SELF_FUNDED = "self_funded", "the employer carries the risk; federal benefit law applies"
    GOVERNMENT = "government", "a public programme pays"


class PatientBillingBlock(Phrased):
    """Why the patient of a coverage may not be billed what insurance leaves."""

    QMB = "qmb", "Qualified Medicare Beneficiary: Medicare's cost share is never the patient's"
    MEDICAID = "medicaid", "Medicaid pays in full"
    WORKERS_COMP = "workers_comp", "injury at work: the carrier answers alone"
    NO_SURPRISES_ACT = "no_surprises_act", "protected from balance billing"


class ResponsibilityKind(Phrased):
    """Who owes an open amount, beside the party itself and its place in the order of payers."""

    INSURANCE = "insurance", "a coverage of the patient"
    PATIENT = "patient", "the guarantor, after insurance"
    SELF_PAY = "self_pay", "the guarantor, without insurance"
    CLIENT = "client", "a business that ordered the service and pays for it"
    AGENCY = "agency", "placed with an agency, not yet bad debt"
    WITHHOLD = "withhold", "kept by the payer until a settlement"
    BAD_DEBT = "bad_debt", "given up; outside receivables, kept as a memo"


class Relation(Phrased):
    """What the patient is to the subscriber, by the code that claims carry."""

    SELF = "18", "the subscriber"
    SPOUSE = "01", "husband or wife"
    CHILD = "19", "son or daughter"
    EMPLOYEE = "20", "works for the subscriber"
    UNKNOWN = "21", "not known"
    ORGAN_DONOR = "39", "gave an organ to the subscriber"
    CADAVER_DONOR = "40", "gave an organ after death"
    LIFE_PARTNER = "53", "lives as a partner"
    OTHER = "G8", "any other relation"


FINANCIAL_CLASS_OF: Final[Mapping[LineOfBusiness, FinancialClass]] = {
    LineOfBusiness.MEDICARE: FinancialClass.MEDICARE,
    LineOfBusiness.MEDICARE_ADVANTAGE: FinancialClass.MEDICARE,
    LineOfBusiness.MEDICAID: FinancialClass.MEDICAID,
    LineOfBusiness.MEDICAID_MCO: FinancialClass.MEDICAID,
    LineOfBusiness.COMMERCIAL: FinancialClass.COMMERCIAL,
    LineOfBusiness.FEHB: FinancialClass.COMMERCIAL,
    LineOfBusiness.TRICARE: FinancialClass.OTHER_GOVERNMENT,
    LineOfBusiness.VA: FinancialClass.OTHER_GOVERNMENT,
    LineOfBusiness.WORKERS_COMP: FinancialClass.WORKERS_COMP_AUTO,
    LineOfBusiness.AUTO: FinancialClass.WORKERS_COMP_AUTO,
    LineOfBusiness.SELF_PAY: FinancialClass.SELF_PAY,
}

# SBR09 of an 837. Codes that fit several lines of business (HM, 11, ZZ ...) mean commercial until a person
# says more.
LINE_OF_BUSINESS_BY_FILING_INDICATOR: Final[Mapping[str, LineOfBusiness]] = {
    "09": LineOfBusiness.SELF_PAY,
    "16": LineOfBusiness.MEDICARE_ADVANTAGE,
    "AM": LineOfBusiness.AUTO,
    "LM": LineOfBusiness.AUTO,
    "CH": LineOfBusiness.TRICARE,
    "FI": LineOfBusiness.FEHB,
    "MA": LineOfBusiness.MEDICARE,
    "MB": LineOfBusiness.MEDICARE,
    "MC": LineOfBusiness.MEDICAID,
    "VA": LineOfBusiness.VA,
    "WC": LineOfBusiness.WORKERS_COMP,
}


def line_of_business(filing_indicator: str | None) -> LineOfBusiness:
    """The line of business that a claim filing indicator (SBR09) stands for; commercial when it names none."""
    return LINE_OF_BUSINESS_BY_FILING_INDICATOR.get(filing_indicator or "", LineOfBusiness.COMMERCIAL)


def patient_identity_key(*, member_id: str, born_on: date | None, last_name: str, first_name: str) -> str | None:
    """The text under which two records are the same patient, or None when a part is missing.

    Member id, birth date and name must all agree (`first_name` counts by its first word, so that a middle
    name typed into it does not split a patient). None never matches: such a patient is new, with a
    possible-duplicate item for a person. The key is patient data: it stays out of logs and URLs.
    """
    member, last = _letters_and_digits(member_id), _letters_and_digits(last_name)
    first = _letters_and_digits(first_name.strip().partition(" ")[0])
    if not (member and born_on and last and first):
        return None
    return f"{member}|{born_on.isoformat()}|{last}|{first}"


def _letters_and_digits(text: str) -> str:
    """Upper case without accents, spaces and punctuation: `O'Brien-Müller` is `OBRIENMULLER`."""
    plain = unicodedata.normalize("NFKD", text).upper()
    return re.sub(r"[^0-9A-Z]", "", plain)
