"""Write-offs: what we decide not to collect any more, by class, with authority and reversal."""
