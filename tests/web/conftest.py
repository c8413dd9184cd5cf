"""An app as far as the web view looks at it, behind its real web server."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import faust
import pytest
from aiohttp.test_utils import TestClient, TestServer
from faust.types import TP

from agents.web.server import Web
from copydesk.settings import Settings


@dataclass
class FakeOffsets:
    """The broker's answer to the question for a committed offset, or its fault."""

    fault: BaseException | None = None
    asked: list[Any] = field(default_factory=list)

    async def of(self, source: Any) -> int | None:
        self.asked.append(source)
        if self.fault is not None:
            raise self.fault
        return None


@dataclass
class FakeLane:
    next_offset: int


@dataclass
class FakeDesk:
    lanes: dict[TP, FakeLane] = field(default_factory=dict)
    assignments: int = 1


@dataclass
class FakePool:
    ready: bool = True


@dataclass
class FakeConsumer:
    """A log that ends at ``ends``; what was never fetched has no end."""

    ends: dict[TP, int] = field(default_factory=dict)

    def waiting(self, tp: TP, next_offset: int) -> int | None:
        return self.ends[tp] - next_offset if tp in self.ends else None


class FakeApp(faust.App):
    """A Faust app that never connects."""

    def __init__(self) -> None:
        super().__init__("desk-under-test", broker="kafka://127.0.0.1:1", store="memory://")
        self.config = Settings()
        self.desk = FakeDesk()
        self.pool = FakePool()
        self.offsets = FakeOffsets()
        self.consumer: Any = FakeConsumer()

    def _new_web(self) -> Web:
        return Web(self)


@pytest.fixture
def app() -> FakeApp:
    return FakeApp()


@pytest.fixture
async def client(app: FakeApp) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(await app.web.wsgi())) as connected:
        yield connected
