"""Concerns of the whole suite: time allowed per test, hypothesis, and what CI refuses to skip."""

import pytest
from hypothesis import HealthCheck, settings

from tests import services

SLOW_SECONDS = 120

# A busy machine is not a defect: no deadline per example, no complaint about slow generation.
settings.register_profile(
    "hitl-chat", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("hitl-chat")


def pytest_configure(config: pytest.Config) -> None:
    services.pytest_configure(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(SLOW_SECONDS))
