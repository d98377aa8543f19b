"""The packages of the `eval` extra, which asking, chatting and adding do not need."""

from importlib import import_module

from index.errors import OnrecordError

_PACKAGES = ("ir_measures", "jinja2", "matplotlib")


def require_extra() -> None:
    """Raise an OnrecordError that says what to install if a package of the `eval` extra is missing."""
    try:
        for name in _PACKAGES:
            import_module(name)
    except ModuleNotFoundError as error:
        message = f"Evaluation needs {error.name}, which is not installed: run pip install 'onrecord[eval]'."
        raise OnrecordError(message) from error
