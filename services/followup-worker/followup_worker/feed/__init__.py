"""This service's place in the one event feed: how far it has read, and the facts it adds."""
