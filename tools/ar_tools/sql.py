"""A few administrative statements from synchronous code."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import asyncpg

T = TypeVar("T")


def execute(url: str, *statements: str) -> None:
    """Run each statement by itself, outside any transaction (CREATE DATABASE wants that)."""
    in_loop(_execute(url, statements))


def fetch_names(url: str, query: str) -> list[str]:
    """The first column of each row."""
    return in_loop(_fetch_names(url, query))


async def _execute(url: str, statements: tuple[str, ...]) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _fetch_names(url: str, query: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return [row[0] for row in await connection.fetch(query)]
    finally:
        await connection.close()


def in_loop(work: Coroutine[Any, Any, T]) -> T:
    """In a loop of its own that is not made the current one: tests have theirs."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(work)
