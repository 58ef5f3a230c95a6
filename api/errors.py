"""Exceptions → exit codes of the command and problem+json of the web API, in one table."""

from typing import Final

from ledger.model.errors import (
    BadInput,
    Conflict,
    DeepReorganisation,
    NotFound,
    PartitaError,
    PeriodLocked,
    SourceRefused,
    SourceUnavailable,
    VerificationFailed,
)

#: Exit codes beside 0, done; 2 (usage) is the command line library's own.
FAILED: Final = 1
TO_LOOK_AT: Final = 3
LOCKED: Final = 4
UNVERIFIED: Final = 5
BAD_INPUT: Final = 6

#: exception → (exit code, HTTP status, title); the first match decides, leaves before trunks.
ANSWERS: Final[tuple[tuple[type[PartitaError], int, int, str], ...]] = (
    (PeriodLocked, LOCKED, 423, "The period is closed"),
    (VerificationFailed, UNVERIFIED, 500, "The books do not agree with themselves"),
    (BadInput, BAD_INPUT, 422, "The input cannot be read"),
    (NotFound, FAILED, 404, "There is no such thing in this fund"),
    (Conflict, FAILED, 409, "The name is taken by something else"),
    (DeepReorganisation, FAILED, 409, "The node's chain is not the one in the books"),
    (SourceRefused, FAILED, 422, "This address may not be asked"),
    (SourceUnavailable, FAILED, 502, "A node or server did not answer as asked"),
    (PartitaError, FAILED, 500, "Failed"),
)


def answer_for(error: PartitaError) -> tuple[int, int, str]:
    """(exit code, HTTP status, title) of a fault that Partita names."""
    return next(
        (code, status, title) for kind, code, status, title in ANSWERS if isinstance(error, kind)
    )
