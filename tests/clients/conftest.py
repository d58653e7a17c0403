"""Fixtures for tests with real clients, against whatever server."""

import pytest

from tests.clients import matrix
from tests.services import need


@pytest.fixture(scope="session")
def clients_built() -> str:
    """Skips (in CI: fails) where the client libraries have not been installed."""
    return need(matrix.built(), "the client libraries", "run tests/clients/build")
