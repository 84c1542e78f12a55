"""followup-worker: tells people what to do next, by when and why."""
