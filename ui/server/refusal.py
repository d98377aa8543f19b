"""How the server says no: a status and one sentence, as JSON."""

from starlette.responses import JSONResponse


def refusal(status: int, sentence: str, **headers: str) -> JSONResponse:
    """Return a refusal as Gradio's clients read it; `headers` by their names with `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse({"detail": sentence}, status, {**named, "X-Content-Type-Options": "nosniff"})
