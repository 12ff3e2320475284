"""What holds for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.helpers.postgres import NoPostgres, cluster
from tests.helpers.recording import Recording, recording

# A busy machine is no fault of the code: no example is timed.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fuzz", settings.get_profile("untimed"), max_examples=20_000)  # what `make fuzz` takes
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test, and no program that a test starts, writes to the user's own database."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def half_a_minute(
    request: pytest.FixtureRequest, state_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Recording | None]:
    """A recording that begins with the first test, for it takes its real time; None where no test asks for it."""
    if not any(item.get_closest_marker("recorded") for item in request.session.items):
        yield None
        return
    with recording(tmp_path_factory.mktemp("recording")) as made:
        yield made


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL database that all tests share; skips where none can be started."""
    try:
        with cluster() as url:
            yield url
    except NoPostgres as reason:
        pytest.skip(str(reason))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that lasts over processes, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'forkreel.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
