"""`python -m eval.peers`: onrecord compared with a peer."""

import typer

from eval.peers.run import main

if __name__ == "__main__":
    typer.run(main)
