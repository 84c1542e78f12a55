"""The rules of held money, without I/O: why it waits, what clears it, which claim it may be for."""
