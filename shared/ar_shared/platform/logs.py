"""JSON lines without patient data: an event name, a closed set of fields, and nothing else.

The allow-list is the guard. A field that is not on it is dropped and counted, a message of a library is dropped
(database errors quote row values), and an exception is its type and places in the code.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO
from uuid import UUID

import orjson
import structlog

from ar_shared.platform.context import current_context
from ar_shared.platform.metrics import LOG_KEYS_DROPPED

ALLOWED_FIELDS: Final = frozenset(
    {
        "service", "level", "timestamp", "event", "logger", "code_at",
        "request_id", "trace_id", "span_id",
        "method", "route", "operation", "status", "duration_ms", "client_id", "practice",
        "error_type", "error_at", "error_code",
        "job", "attempt", "count", "sequence", "age_seconds", "port", "version", "environment", "dependency",
        "event_id", "file_id", "claim_id", "remittance_id", "work_item_id", "journal_id", "denial_id",
    }
)  # fmt: skip
_EVENT_NAME: Final = re.compile(r"[a-z][a-z0-9_.]{1,60}")
_SAFE_TEXT: Final = re.compile(r"[\w./:{}<>+-]{0,120}", re.ASCII)
_MAX_FRAMES: Final = 8
_SERVER_LOGGERS: Final = ("uvicorn", "uvicorn.error", "uvicorn.access")
_LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}

EventDict = MutableMapping[str, Any]


def get_logger() -> Any:
    """The one logger. Call it as `log.info("event_name", field=value)` with fields of the allow-list."""
    return structlog.get_logger()


def configure_logging(service: str, level: str, stream: TextIO | None = None) -> None:
    """Send our events and the libraries' records to `stream` (standard output) as JSON lines."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _Stamp(service),
            keep_allowed_fields,
            _to_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=lambda *_: _Lines(stream),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_LibraryHandler(logging.WARNING)]
    root.setLevel(max(_LEVELS[level], logging.WARNING))
    for name in _SERVER_LOGGERS:
        server = logging.getLogger(name)
        server.handlers, server.propagate = [], True
    logging.getLogger("uvicorn.access").disabled = True  # it writes paths and queries


def error_fields(error: BaseException) -> dict[str, Any]:
    """`error_type` and `error_at` of an exception: where it went wrong, never what it said."""
    return {"error_type": type(error).__name__, "error_at": _places(error.__traceback__)}


def keep_allowed_fields(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Drop and count what is not on the allow-list, and texts that are not plain identifiers."""
    kept: EventDict = {}
    for name, value in event.items():
        if name in ALLOWED_FIELDS and _is_plain(value):
            kept[name] = value
        else:
            LOG_KEYS_DROPPED.inc()
    if not _EVENT_NAME.fullmatch(str(kept.get("event", ""))):
        LOG_KEYS_DROPPED.inc()
        kept["event"] = "unnamed_event"
    return kept


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return _SAFE_TEXT.fullmatch(value) is not None
    if isinstance(value, list | tuple):
        return all(_is_plain(item) for item in value)
    return value is None or isinstance(value, bool | int | float | UUID)


class _Lines:
    """Writes each line at once, to the standard output of that moment if no stream is given."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def msg(self, line: str) -> None:
        stream = self._stream or sys.stdout
        stream.write(line + "\n")
        stream.flush()

    debug = info = warning = error = msg


class _Stamp:
    """Adds the service and the ids of the request being served."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _logger: Any, _method: str, event: EventDict) -> EventDict:
        event["service"] = self._service
        context = current_context()
        if context is not None:
            event.setdefault("request_id", context.request_id)
            event.setdefault("trace_id", context.trace_id)
        return event


def _to_json(_logger: Any, _method: str, event: EventDict) -> str:
    return orjson.dumps(event, default=str).decode()  # asyncpg has a UUID of its own


def _places(traceback: TracebackType | None) -> list[str]:
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        path = Path(code.co_filename)
        places.append(f"{path.parent.name}/{path.name}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return places[-_MAX_FRAMES:]


class _LibraryHandler(logging.Handler):
    """Records of other libraries: which logger, where, what type of error. Their text may quote data."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        fields = error_fields(error) if error else {}
        place = f"{Path(record.pathname).name}:{record.lineno}"
        level = record.levelname.lower()
        report = getattr(get_logger(), level if level in _LEVELS else "error")
        report("library_record", logger=record.name, code_at=place, **fields)
