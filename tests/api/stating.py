"""Answers as JSON enter; every measure in them that says too little of itself leaves."""

from collections.abc import Iterator
from typing import Any

#: Figures of a part of a tail, each beside its error.
ADDED = [f"{what}_{tail}" for what in ("component", "incremental") for tail in ("var", "es")]


def measures_in(answer: Any) -> Iterator[dict[str, Any]]:
    """Each measure, wherever it stands."""
    if isinstance(answer, dict):
        if {"name", "value", "definition"} <= answer.keys():
            yield answer
        for each in answer.values():
            yield from measures_in(each)
    elif isinstance(answer, list):
        for each in answer:
            yield from measures_in(each)


def untold(answer: Any) -> list[tuple[str, str]]:
    """Name and fault of every measure without definition, parameters, sample, or error or reason.

    A value has a standard error or says why it has none; what has no value says why.
    """
    faults = []
    for one in measures_in(answer):
        told = {
            "definition": bool(one["definition"]),
            "parameters": isinstance(one["parameters"], dict),
            "unit": bool(one["unit"]),
            "sample": one["value"] is None or one["sample"] > 0,
            "reason": (one["value"] is None) == bool(one["reason"]),
            "error": one["value"] is None or (one["error"] is None) == bool(one["no_error"]),
            "band": "among the parameters" not in one["no_error"]
            or {"5th percentile", "95th percentile"} <= one["parameters"].keys(),
        }
        faults += [(one["name"], what) for what, good in told.items() if not good]
    return faults


def untold_parts(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """The same of what parts add to a tail, of correlations, of sizes and of weights."""
    added = (*answer.get("contributions", ()), *answer.get("holdings", ()))
    faults = [fault for found in added for fault in _of_parts(found)]
    for matrix in (answer.get("correlation"), *answer.get("correlations", ())):
        if matrix is not None and matrix["rows"]:
            told = len(matrix["errors"]) == len(matrix["rows"]) or matrix["no_error"]
            if not (told and matrix["definition"] and matrix["sample"]):
                faults.append((matrix["method"], "error"))
    for size in answer.get("kelly", ()):
        band = {size["low"], size["high"]}
        if not size["definition"] or (size["suggested"] is not None and None in band):
            faults.append((size["strategy"], "band"))
    for one in answer.get("allocations", ()):
        bare = any(weight["error"] is None for weight in one["weights"])
        if not one["definition"] or bare != bool(one["no_error"]):
            faults.append((one["model"], "error"))
    return faults


def _of_parts(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if not found["definition"] or not (found["reason"] or found["sample"]):
        yield found["method"], "definition"
    if found["parts"] and (found["var_error"] is None or found["es_error"] is None):
        yield found["method"], "error of the whole"
    for part in found["parts"]:
        for name in ADDED:
            component = name.startswith("component")
            if part[f"{name}_error"] is None and not (component and found["no_error"]):
                yield part["part"], name
