"""One logger: a constant event and fields, never text. Exceptions are logged by type and place, without message or
locals, since either may repeat what a user sent."""

import logging
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any, Final, cast

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

from shared.settings import Settings

#: Enough to see where our own code called a library.
_FRAMES: Final = 12
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure_logging(settings: Settings, process: str) -> None:
    """Once at the start of a process; `process` is "gateway", "worker", ..."""
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared_steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _exception_by_place,
        _exceptions_by_name,
    ]
    level = _LEVELS[settings.log_level]
    structlog.configure(
        processors=[*shared_steps, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # In one write, and in half of the time of its PrintLogger.
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    # Libraries log by the standard module: the same shape, and nothing below a warning, since debug lines of
    # redis, kombu and celery repeat what passes through them.
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared_steps,
        processors=[_drop_library_arguments, structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(_name_exceptions)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
    # Python's own hooks print messages.
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_lost


def get_logger() -> FilteringBoundLogger:
    return cast(FilteringBoundLogger, structlog.get_logger())


def _exception_by_place(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    exc_info = event.pop("exc_info", None)
    if exc_info is True:
        exc_info = sys.exc_info()
    elif isinstance(exc_info, BaseException):
        exc_info = (type(exc_info), exc_info, exc_info.__traceback__)
    if exc_info and exc_info[0] is not None:
        event["error"] = exc_info[0].__name__
        event["at"] = [f"{Path(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(exc_info[2])[-_FRAMES:]]
    return event


def _exceptions_by_name(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {name: _named(value) for name, value in event.items()}


def _name_exceptions(record: logging.LogRecord) -> bool:
    """Libraries put exceptions into their messages (Celery: "Task %s raised %r"); asyncio writes whole tasks out."""
    if isinstance(record.args, tuple):
        record.args = tuple(_named(value) for value in record.args)
    if record.name == "asyncio":
        record.msg, record.args = str(record.msg).partition("\n")[0], ()
    return True


def _named(value: object) -> object:
    return type(value).__name__ if isinstance(value, BaseException) else value


def _log_uncaught(kind: type[BaseException], error: BaseException, place: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    get_logger().critical("uncaught", exc_info=(kind, error, place))


def _log_lost(lost: threading.ExceptHookArgs) -> None:
    if lost.exc_value is not None:
        _log_uncaught(lost.exc_type, lost.exc_value, lost.exc_traceback)


def _drop_library_arguments(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    event.pop("stack", None)
    return event
