"""Fixtures that several folders of tests share."""

import pytest
from project import Project


@pytest.fixture
def project(tmp_path) -> Project:
    """The campaign in a folder of its own, without results."""
    return Project(tmp_path)
