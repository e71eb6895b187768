"""Which models there are, by name."""

from __future__ import annotations

from pathlib import Path

from app.detection.errors import ModelError
from app.detection.model_card import CARD_NAME
from app.paths import resource_path

STARTER_NAME = "starter-oidv4"


def list_models(models_dir: Path | None = None) -> list[str]:
    """Return the names a person can choose from: the starter, then the project's models.

    Parameters
    ----------
    models_dir : Path, optional
        A project's ``models/`` with packages in ``<name>/<n>/``. It need not exist.
    """
    return [STARTER_NAME, *sorted(_packages(models_dir))]


def locate_model(model: str | None, models_dir: Path | None = None) -> Path:
    """Return where `model` is: a path, or a name of `list_models` in its newest version.

    Raises
    ------
    ModelError
        ``model-not-found``, listing the names there are.
    """
    if not model or model == STARTER_NAME:
        return resource_path("models", STARTER_NAME)
    packages = _packages(models_dir)
    if model in packages:
        return packages[model]
    path = Path(model).expanduser()
    if not path.exists():
        names = ", ".join(list_models(models_dir))
        raise ModelError(
            "model-not-found",
            f'There is no model "{model}".',
            f"Give the path of a model, or one of these names: {names}.",
        )
    return path


def _packages(models_dir: Path | None) -> dict[str, Path]:
    """Return the newest version of each package, by name."""
    newest: dict[str, Path] = {}
    if models_dir is None:
        return newest
    cards = [card for card in models_dir.glob(f"*/*/{CARD_NAME}") if card.parent.name.isdigit()]
    for card in sorted(cards, key=lambda card: int(card.parent.name)):
        newest[card.parent.parent.name] = card.parent
    return newest
