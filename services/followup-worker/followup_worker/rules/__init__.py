"""When something must be done, by when and why: rules as data."""
