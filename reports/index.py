"""A statement → the index of its figures as JSON: what each is called and comes from (P10)."""

import json

from reports.statement import Statement, figures_of


def index(statement: Statement) -> bytes:
    """`{"report", "books", "version", "figures": {id: {"text", "kind", "references"}}}`."""
    figures = {
        figure.id: {
            "text": figure.text,
            "kind": figure.source.kind,
            "references": list(figure.source.references),
        }
        for page in statement.pages
        for figure in figures_of(page)
    }
    heads = {"report": statement.name, "books": statement.digest, "version": statement.version}
    made = json.dumps(heads | {"figures": figures}, indent=1, ensure_ascii=True)
    return (made + "\n").encode("ascii")
