"""Money that comes without a remittance: patients, prepayments, checks of unknown origin; deposit slips."""
