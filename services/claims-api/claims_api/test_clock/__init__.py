"""The clock of a sandbox practice: it moves only forward, and only when it is told to."""
