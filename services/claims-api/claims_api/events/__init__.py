"""Facts in order: outbox, sequencer, feed."""
