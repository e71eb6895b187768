"""Fixtures that the tests of the commands share."""

from tests.support.small_disk import small_disk  # noqa: F401 - a fixture
