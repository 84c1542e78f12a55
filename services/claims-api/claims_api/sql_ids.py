"""Identifiers made inside a set-based statement."""


def uuid7_sql(milliseconds: str) -> str:
    """An SQL expression for a version 7 UUID a row; `milliseconds` is a bigint expression (Unix time, bound).

    A random version 4 UUID gets the time in its first 48 bits and two more version bits. PostgreSQL has its own
    function from version 18 on.
    """
    timed = f"overlay(uuid_send(gen_random_uuid()) placing substring(int8send({milliseconds}) from 3) from 1 for 6)"
    return f"encode(set_bit(set_bit({timed}, 52, 1), 53, 1), 'hex')::uuid"
