"""`python -m eval.benchmarks add|crowd|kills|peaks|screen`: benchmarks that print figures."""

from index.settings import turn_off_telemetry

turn_off_telemetry()

import typer  # noqa: E402

from eval.benchmarks.add import add  # noqa: E402
from eval.benchmarks.crowd import main as ask_in_a_crowd  # noqa: E402
from eval.benchmarks.kills import kills  # noqa: E402
from eval.benchmarks.peaks import peaks  # noqa: E402
from eval.benchmarks.screen import screen  # noqa: E402

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Benchmarks that print figures.")
app.command()(add)
app.command("crowd")(ask_in_a_crowd)
app.command()(kills)
app.command()(peaks)
app.command()(screen)

if __name__ == "__main__":
    app(prog_name="python -m eval.benchmarks")
