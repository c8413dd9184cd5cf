"""An app as far as the web view looks at it, behind its real web server; and a real browser that watches itself."""

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import faust
import pytest
from aiohttp.test_utils import TestClient, TestServer
from faust.types import TP
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, async_playwright

from agents.frames import Result
from agents.web.server import Web
from copydesk.pipeline import STAGES, Stage
from copydesk.records import Failure, Record
from copydesk.runner import EXPLAIN, explain
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
    ready: bool = True
    in_flight: int = 0


@dataclass
class FakeDesk:
    lanes: dict[TP, FakeLane] = field(default_factory=dict)
    assignments: int = 1


@dataclass
class FakePool:
    """Runs what a worker process would, in the test's own."""

    ready: bool = True
    size: int = 1

    async def submit(self, stage: str, record: Record) -> Result:
        assert stage == EXPLAIN
        outcome = explain(record)
        return Result([], outcome, 0.0) if isinstance(outcome, Failure) else Result(outcome, None, 0.0)


@dataclass
class FakeStage:
    """A stage whose partitions end at ``ends``; what was never fetched has no end."""

    stage: Stage
    offsets: FakeOffsets
    desk: FakeDesk = field(default_factory=FakeDesk)
    ends: dict[TP, int] = field(default_factory=dict)

    def waiting(self, tp: TP) -> int | None:
        return self.ends[tp] - self.desk.lanes[tp].next_offset if tp in self.ends else None


class FakeApp(faust.App):
    """A Faust app that never connects."""

    def __init__(self) -> None:
        super().__init__("desk-under-test", broker="kafka://127.0.0.1:1", store="memory://")
        self.config = Settings()
        self.pool = FakePool()
        self.offsets = FakeOffsets()
        self.stages = tuple(FakeStage(stage, self.offsets) for stage in STAGES)

    def _new_web(self) -> Web:
        return Web(self)


@pytest.fixture
def app() -> FakeApp:
    return FakeApp()


@pytest.fixture
async def client(app: FakeApp) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(await app.web.wsgi())) as connected:
        yield connected


@dataclass
class Visit:
    """A page, and everything that it complained of or asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def hears(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def asks(self, request: Request) -> None:
        self.asked.append(request.url)

    async def figures(self) -> None:
        """Wait for the next figures."""
        async with self.page.expect_response(lambda response: response.url.endswith("/api/flow")):
            pass


@dataclass
class Visitor:
    """Opens pages."""

    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    async def visit(self, **context: Any) -> Visit:
        """An empty page in a fresh context."""
        self.contexts.append(await self.browser.new_context(**context))
        made = Visit(await self.contexts[-1].new_page())
        made.page.set_default_timeout(30_000)
        made.page.on("console", made.hears)
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.on("request", made.asks)
        return made


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    """A real Chromium. Without one the tests fail, unless it is said that there is none."""
    chromium = shutil.which("chromium")
    if chromium is None and "COPYDESK_NO_BROWSER" in os.environ:
        pytest.skip("no Chromium here, and COPYDESK_NO_BROWSER is set: nobody has looked at the page")
    assert chromium, "no Chromium here: `apt-get install chromium`, or set COPYDESK_NO_BROWSER=1 to do without"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        made = Visitor(browser)
        yield made
        for context in made.contexts:
            await context.close()
        await browser.close()
