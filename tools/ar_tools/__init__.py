"""Set-up, local stack, demo and checks: nothing here runs in production."""
