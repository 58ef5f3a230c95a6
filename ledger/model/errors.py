"""The world's faults as exceptions; a fault in the data is a Problem (problem.py), never one of
these.

PartitaError
├── BadInput            what a person or a file gave cannot be read           exit code 6
│   ├── BadAmount       a text that is no amount of its asset
│   └── UnknownLayout   a file that no venue recognises
├── NotFound            a fund, wallet, entry or figure that is not there      exit code 1
├── Conflict            the same name or key with another content              exit code 1
├── PeriodLocked        a posting into a closed period                         exit code 4
├── VerificationFailed  stored books that do not agree with themselves         exit code 5
├── DeepReorganisation  a chain that left the one in the books too long ago    exit code 1
└── SourceUnavailable   a node or a server that did not answer as asked        exit code 1
    ├── SourceRefused   an address that may not be asked
    └── SourcesDisagree two nodes that tell another thing each
"""


class PartitaError(Exception):
    """Any fault that Partita names; `code` is stable and stands in docs/problems.md."""

    code = "failed"


class BadInput(PartitaError):
    """Input that cannot be read; nothing of it was written."""

    code = "bad_input"


class BadAmount(BadInput):
    """A text that is no amount of its asset."""

    code = "bad_amount"


class UnknownLayout(BadInput):
    """A file that no venue recognises."""

    code = "unknown_layout"


class NotFound(PartitaError):
    """A fund, wallet, entry or figure that is not in the books."""

    code = "not_found"


class Conflict(PartitaError):
    """A name or key that is taken by something else."""

    code = "conflict"


class PeriodLocked(PartitaError):
    """A posting into a closed period."""

    code = "period_locked"


class VerificationFailed(PartitaError):
    """Stored books that do not agree with themselves."""

    code = "verification_failed"


class DeepReorganisation(PartitaError):
    """A node whose chain left the one in the books further back than is taken back by itself."""

    code = "deep_reorganisation"


class SourceUnavailable(PartitaError):
    """A node or server that did not answer, or not as asked."""

    code = "source_unavailable"


class SourceRefused(SourceUnavailable):
    """An address that may not be asked: scheme, host or resolved address is not allowed."""

    code = "source_refused"


class SourcesDisagree(SourceUnavailable):
    """Two nodes of one network that have another block at a height, or another balance there."""

    code = "sources_disagree"
