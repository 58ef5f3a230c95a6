"""Commands that run the whole: the demo on the sample fund, and the web API."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import Database
from api.cli.output import give, say

app = typer.Typer()

#: Connections that one process answers at once; more are told to come again.
CONNECTIONS_MAX = 64


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for books and reports.")] = Path("demo-out"),
    serve_: Annotated[bool, typer.Option("--serve", help="Answer on localhost after.")] = False,
) -> None:
    """The whole job on the sample fund: books, breaks, risk, monthly PDF and tax files."""
    from api.jobs.demo import run_demo

    database = run_demo(out, say, give)
    if serve_:
        serve(db=database)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    db: Database = None,
) -> None:
    """Answer the web API until interrupted."""
    import gc

    import uvicorn

    from api.app import create_app
    from api.logging import log_config
    from api.settings import settings

    known = settings()
    where, number = host or known.host, port or known.port
    web = create_app(db or known.database_url)
    # what was loaded stays: looking through all of it again would hold up one read in fifty
    gc.collect()
    gc.freeze()
    say(f"the web API answers at http://{where}:{number}/v1/docs")
    uvicorn.run(
        web,
        host=where,
        port=number,
        log_config=log_config(known.log_level),
        access_log=False,  # the gate writes its own line of each request, without the query
        limit_concurrency=CONNECTIONS_MAX,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
        server_header=False,
    )
