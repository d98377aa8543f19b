"""Creates a language model from its spec, such as ollama:MODEL."""

from collections.abc import Callable

from rag.llm.anthropic import AnthropicModel
from rag.llm.base import Model
from rag.llm.errors import LanguageModelError, Limits
from rag.llm.ollama import OllamaModel
from rag.llm.openai import OpenAIModel, ServerModel

FIRST_TOKEN_SECONDS = 30.0
TOTAL_SECONDS = 120.0
_PROVIDERS: dict[str, Callable[[str, str, Limits], Model]] = {
    "openai": OpenAIModel,
    "anthropic": AnthropicModel,
    "ollama": OllamaModel,
    "http": ServerModel,
    "https": ServerModel,
}
_FORMS = "openai:MODEL, anthropic:MODEL, ollama:MODEL or http://host:port/v1#MODEL"


def model(spec: str, first_token: float = FIRST_TOKEN_SECONDS, total: float = TOTAL_SECONDS) -> Model:
    """Return the model for a spec: openai:, anthropic: or ollama:MODEL, or http(s)://host:port/v1#MODEL.

    `first_token` and `total` limit the seconds until the first token and until the end. Keys are read from the
    environment. Raises LanguageModelError for a bad spec, a missing extra or a missing key. Nothing is sent yet.
    """
    spec = spec.strip()
    if not (first_token > 0 and total > 0):
        raise LanguageModelError("The time limits of the language model must be more than 0 seconds: set them again.")
    form, _, name = spec.partition(":")
    provider = _PROVIDERS.get(form)
    if not provider or not name.strip() or not spec.isprintable():
        # the spec is not repeated, as it may be a misplaced key
        raise LanguageModelError(f"The language model is not given in a known form: write {_FORMS}.")
    return provider(spec, name.strip(), Limits(first_token, total))
