"""The first page in a real browser: what it does with what the worker answers."""

import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from playwright.async_api import Page, expect

import agents.web
from agents import metrics
from copydesk.pipeline import STAGES
from tests.web.conftest import FakeApp, Visitor

Client = TestClient[Any, Any]

PHONE = {"viewport": {"width": 360, "height": 740}}
TABLET = {"viewport": {"width": 820, "height": 1100}}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}


async def opened(page: Page, client: Client) -> Page:
    await page.goto(str(client.make_url("/")))
    await expect(page.locator("#flow tr")).to_have_count(len(STAGES))
    return page


async def test_the_page_stands_on_landmarks_and_headed_tables(client: Client, visitor: Visitor) -> None:
    """A reader who does not see the page finds the same things by name."""
    page = await opened((await visitor.visit()).page, client)
    for landmark in ("banner", "main", "contentinfo", "navigation"):
        await expect(page.get_by_role(landmark)).to_have_count(1)
    flow = page.get_by_role("table", name="The flow")
    await expect(flow.get_by_role("columnheader", name="Lag")).to_be_visible()
    await expect(flow.get_by_role("rowheader")).to_have_count(len(STAGES))
    await expect(page.get_by_role("status")).to_have_text("Ready")
    await expect(page.get_by_role("status")).to_have_attribute("aria-live", "polite")


async def test_the_table_stays_a_table_on_a_phone(client: Client, visitor: Visitor) -> None:
    """The stages become cards to the eye, and stay rows and cells to a screen reader."""
    page = await opened((await visitor.visit(**PHONE)).page, client)
    flow = page.get_by_role("table", name="The flow")
    await expect(flow.get_by_role("rowheader")).to_have_count(len(STAGES))
    columns = await flow.get_by_role("columnheader").count()
    await expect(flow.get_by_role("row").nth(1).get_by_role("cell")).to_have_count(columns - 1)


@pytest.mark.parametrize("screen", [PHONE, TABLET, DESKTOP], ids=["phone", "tablet", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_is_cut_off(client: Client, visitor: Visitor, screen: dict[str, Any], scheme: str) -> None:
    """No viewport needs scrolling sideways, and the scheme is the reader's."""
    page = await opened((await visitor.visit(color_scheme=scheme, **screen)).page, client)
    width, shown = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= shown
    paper = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in re.findall(r"\d+", paper)[:3]) / 3
    assert (brightness > 128) == (scheme == "light")


async def test_what_is_wrong_is_named(app: FakeApp, client: Client, visitor: Visitor) -> None:
    """The page says that the worker is not ready and why, and takes it back."""
    app.pool.ready = False
    page = await opened((await visitor.visit()).page, client)
    await expect(page.get_by_role("status")).to_have_text("Not ready")
    await expect(page.get_by_text("no worker process has loaded its models")).to_be_visible()
    app.pool.ready = True
    await expect(page.get_by_role("status")).to_have_text("Ready")
    await expect(page.locator("#reasons")).to_be_hidden()


async def test_a_worker_that_is_gone_is_told_from_one_that_idles(client: Client, visitor: Visitor) -> None:
    """Old figures are not shown as if they were new, and the page goes on when the worker is back."""
    page = await opened((await visitor.visit()).page, client)
    await page.route("**/api/flow", lambda route: route.abort())
    await expect(page.get_by_role("status")).to_have_text("No answer from the worker")
    await expect(page.locator("body")).to_have_attribute("data-stale", "")
    await page.unroute("**/api/flow")
    await expect(page.get_by_role("status")).to_have_text("Ready")
    await expect(page.locator("body[data-stale]")).to_have_count(0)


async def test_values_are_text_and_never_markup(app: FakeApp, client: Client, visitor: Visitor) -> None:
    """A name that looks like markup is shown as it is."""
    hostile = "<img src=x onerror=document.title='taken'>"
    object.__setattr__(app.config, "group", hostile)
    visit = await visitor.visit()
    page = await opened(visit.page, client)
    await expect(page.locator("#worker")).to_contain_text(hostile)
    await expect(page.locator("img")).to_have_count(0)
    assert await page.title() == "Copydesk"


async def test_a_hidden_page_asks_for_nothing(client: Client, visitor: Visitor) -> None:
    """It stops when it is hidden and asks at once when it is seen again."""
    visit = await visitor.visit()
    page = visit.page
    await page.clock.install()
    await opened(page, client)
    await page.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", { get: () => window.covered });
            window.cover = (covered) => {
                window.covered = covered;
                document.dispatchEvent(new Event("visibilitychange"));
            };
            window.cover(true);
        }"""
    )
    before = len(visit.asked)
    await page.clock.run_for(60_000)
    assert len(visit.asked) == before
    async with page.expect_response("**/api/flow"):
        await page.evaluate("window.cover(false)")
        await page.clock.run_for(10)


async def test_a_change_leaves_the_rest_of_the_page_alone(client: Client, visitor: Visitor) -> None:
    """What did not change is the same element as before: a selection or a reader's cursor stays in its place."""
    visit = await visitor.visit()
    page = await opened(visit.page, client)
    await page.evaluate("document.querySelector('[data-stage=link] .about').marked = true")
    for _ in range(2):
        await visit.figures()
    assert await page.evaluate("document.querySelector('[data-stage=link] .about').marked")


async def test_times_are_told_in_the_unit_that_fits(client: Client, visitor: Visitor) -> None:
    """From parts of a millisecond to hours, and a dash for what is unknown."""
    visit = await visitor.visit()
    flow = await (await client.get("/api/flow")).json()
    times = {0.00001: "< 0.1 ms", 0.25: "250 ms", 1.75: "1.8 s", 600: "10 min", 9000: "2 h", None: "–"}
    flow["stages"] = [flow["stages"][0] | {"name": str(time), "latency_seconds": time} for time in times]
    await visit.page.route("**/api/flow", lambda route: route.fulfill(json=flow))
    await visit.page.goto(str(client.make_url("/")))
    await expect(visit.page.locator("[data-label='Latency, median']")).to_have_text(list(times.values()))


async def test_the_rate_is_the_growth_of_the_count(client: Client, visitor: Visitor) -> None:
    """A count that grows has a rate, one that rests has none, whatever it has come to."""
    visit = await visitor.visit()
    metrics.ARTICLES_IN.labels("clean").inc(1_000)
    page = await opened(visit.page, client)
    rates = page.locator("[data-label='Per second']")
    await expect(rates).to_have_text(["0"] * len(STAGES))
    metrics.ARTICLES_IN.labels("clean").inc(1_000)
    await expect(rates).to_have_text([re.compile(r"^[1-9][\d,.]*$"), *["0"] * (len(STAGES) - 1)])


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.2)."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "soft", "red", "green"])
@pytest.mark.parametrize("ground", ["paper", "sheet"])
def test_every_ink_can_be_read_on_every_ground(scheme: int, ink: str, ground: str) -> None:
    """Contrast is 4.5 to 1 at least (WCAG 2.2, AA)."""
    style = (Path(agents.web.__path__[0]) / "static" / "desk.css").read_text("utf-8")
    palette = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", style.split(":root {")[scheme + 1]))
    brighter, darker = sorted((luminance(palette[ink]), luminance(palette[ground])), reverse=True)
    assert (brighter + 0.05) / (darker + 0.05) >= 4.5
