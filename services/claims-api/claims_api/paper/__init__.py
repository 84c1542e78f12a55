"""Paper remittances (EOB, lockbox check), entered by hand and posted as an 835 is."""
