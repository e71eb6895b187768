"""The one base of every error that a user may read."""

from __future__ import annotations

from typing import Self


class AppError(Exception):
    """An expected failure, told in words that help.

    Parameters
    ----------
    code : str
        Stable kebab-case name, for scripts and tests (``video-not-readable``).
    message : str
        What happened, naming the file or device.
    hint : str
        What the person can do about it. Empty when there is nothing to do.
    detail : str
        Technical text for *Details* and the log; never needed to understand `message`.
    """

    def __init__(self, code: str, message: str, hint: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message

    def to_json(self) -> dict[str, str]:
        """Return the error as the fields of a ``failed`` job event."""
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "detail": self.detail,
        }

    @classmethod
    def from_json(cls, fields: dict[str, str]) -> Self:
        """Rebuild an error that crossed a process boundary."""
        return cls(
            fields["code"],
            fields["message"],
            fields.get("hint", ""),
            fields.get("detail", ""),
        )
