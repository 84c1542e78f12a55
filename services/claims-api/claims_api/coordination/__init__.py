"""Coordination of benefits: who pays after a payer has decided, and what keeps the next bill or the patient's back."""
