"""The server's error responses: a status and one sentence, as JSON."""

from starlette.responses import JSONResponse


def refusal(status: int, sentence: str, **headers: str) -> JSONResponse:
    """Return an error response in the form Gradio's clients read; `headers` are named with `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse({"detail": sentence}, status, {**named, "X-Content-Type-Options": "nosniff"})
