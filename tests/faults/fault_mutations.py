"""Label files broken in all ways: no crash, no object dropped unheard, none overwritten."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from tests.support.xml_mutations import check_mutations

FULL_TRIES = 10_000


def run(tries: int, seed: int) -> list[dict[str, object]]:
    """Try that many broken files, each a try of its own so that one fault hides no other."""
    outcomes: Counter[str] = Counter()
    crashes, losses = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(tries):
            try:
                outcomes += check_mutations(1, f"{seed}.{number}", Path(folder))
            except AssertionError as error:
                # What is said of the labels is a loss; what the program never meant is a crash.
                is_loss = isinstance(error.__cause__, AssertionError)
                (losses if is_loss else crashes).append(f"{seed}.{number}")
    taken = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    faults = [f"fault in {name}" for name in (*crashes, *losses)[:5]]
    return [
        {
            "what": "broken label files",
            "tries": tries,
            "crashes": len(crashes),
            "losses": len(losses),
            "seed": seed,
            "note": "; ".join([taken, *faults]),
        }
    ]
