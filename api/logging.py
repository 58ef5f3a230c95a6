"""Log records → one line of JSON each, without line breaks, escapes or keys in it."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any, Final

#: A key beyond the beginning by which people name it, a bearer token, the password of an address.
_SECRETS: Final = (
    (re.compile(r"(partita_[\w\-]{8})[\w\-]+"), r"\1…"),
    (re.compile(r"(?i)(bearer\s+)(?!partita_)\S+"), r"\1…"),
    (re.compile(r"(://[^\s/:@]*:)[^\s/@]+@"), r"\1…@"),
)

#: What a record may carry beside its message.
_FIELDS: Final = ("trace_id", "method", "path", "status", "milliseconds", "key")

_TEXT_LENGTH_MAX: Final = 8_000

#: The log of requests and faults of the web API.
LOG: Final = logging.getLogger("partita.api")


def redacted(text: str) -> str:
    """A text in which keys and passwords are cut short."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class JsonLines(logging.Formatter):
    """A record as one line: time, level, message, and the request that it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, in ASCII: a line break or an escape in a text cannot act."""
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _text(record.getMessage()),
        }
        for name in _FIELDS:
            if (value := record.__dict__.get(name)) is not None:
                said[name] = _text(value) if isinstance(value, str) else value
        if record.exc_info:
            said["fault"] = _text(self.formatException(record.exc_info))
        return json.dumps(said, separators=(",", ":"))


def log_config(level: str) -> dict[str, Any]:
    """What `logging.config.dictConfig` takes: every record to standard error as a line of JSON."""
    names = ("partita", "uvicorn", "uvicorn.error", "uvicorn.access")
    own = {"handlers": ["lines"], "level": level.upper(), "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLines}},
        "handlers": {
            "lines": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "json",
            }
        },
        "loggers": {name: dict(own) for name in names},
        "root": {"handlers": ["lines"], "level": "WARNING"},
    }


def _text(value: str) -> str:
    return redacted(value[:_TEXT_LENGTH_MAX])
