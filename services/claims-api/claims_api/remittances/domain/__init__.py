"""The rules of a remittance, without I/O: what each amount does, what balances, what was denied."""
