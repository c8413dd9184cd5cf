"""What clean does with an article, told on the web view."""

from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from playwright.async_api import expect

from tests.web.conftest import FakeApp, Visitor
from tests.web.test_page import DESKTOP, PHONE

Client = TestClient[Any, Any]

TITLE = "Ferry service returns to Ostend after eleven years"
LEAD = "The ferry will sail from Ostend again on Friday, the director of the port said at a meeting."
MORE = "It has room for four hundred passengers, and tickets will cost less than forty euros."
TEXT = f"{TITLE}\nBy Marta Lindqvist\n\n{LEAD}\n\n{MORE}\n\nSign up for our newsletter &lt;3 <3\n"


async def test_an_article_is_explained_line_by_line(client: Client) -> None:
    """The clean article, and each line with its decision."""
    answer = await client.post("/api/explain", data=TEXT.encode(), headers={"content-type": "text/plain"})
    told = await answer.json()
    assert (answer.status, told["article"]["text"]) == (200, f"{LEAD}\n\n{MORE}")
    assert [line["decision"] for line in told["lines"]] == ["title", "credit", "paragraph", "paragraph", "promotion"]


async def test_what_would_be_a_dead_letter_is_told_as_one(client: Client) -> None:
    """With its reason, as there."""
    answer = await client.post("/api/explain", data=b" ")
    assert (answer.status, (await answer.json())["reason"]) == (422, "empty")


async def test_a_body_is_read_up_to_the_limit_of_articles(app: FakeApp, client: Client) -> None:
    """More than aiohttp would take by itself, and not more than an article may have."""
    fits = await client.post("/api/explain", data=b"a" * 2_000_000)
    assert fits.status == 200
    beyond = await client.post("/api/explain", data=b"a" * (app.config.max_bytes + 1))
    assert (beyond.status, (await beyond.json())["reason"]) == (413, "too-large")


async def test_a_worker_that_does_not_clean_says_so(app: FakeApp, client: Client) -> None:
    """It has no process that could explain, or none yet."""
    app.pool.ready = False
    answer = await client.post("/api/explain", data=TEXT.encode())
    assert (answer.status, (await answer.json())["reason"]) == (503, "not-ready")
    app.pool.size = 0
    answer = await client.post("/api/explain", data=TEXT.encode())
    assert (answer.status, (await answer.json())["reason"]) == (503, "not-here")


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_the_page_shows_what_became_of_each_line(
    client: Client, visitor: Visitor, screen: dict[str, Any]
) -> None:
    """Text is pasted, sent by keyboard, and shown as text, whatever markup it holds."""
    visit = await visitor.visit(**screen)
    page = visit.page
    await page.goto(str(client.make_url("/explain")))
    await page.get_by_label("Raw article").fill(TEXT)
    await page.get_by_role("button", name="Explain").press("Enter")
    await expect(page.get_by_role("status")).to_have_text("2 of 5 lines kept")
    rows = page.get_by_role("table").get_by_role("row")
    await expect(rows).to_have_count(6)
    await expect(rows.nth(1).get_by_role("rowheader")).to_have_text("title")
    await expect(rows.nth(5)).to_contain_text("newsletter &lt;3 <3 [promotion]")
    await expect(page.get_by_role("definition").first).to_have_text(TITLE)
    width, shown = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= shown
    assert visit.complaints == []


async def test_the_page_tells_why_there_is_no_explanation(client: Client, visitor: Visitor) -> None:
    """The reason of the dead letter that it would be; the old answer goes."""
    visit = await visitor.visit()
    page = visit.page
    await page.goto(str(client.make_url("/explain")))
    await page.get_by_label("Raw article").fill(TEXT)
    await page.get_by_role("button", name="Explain").click()
    await expect(page.get_by_role("heading", name="The article")).to_be_visible()
    await page.get_by_label("Raw article").fill("Home\nSport\nWeather")
    await page.get_by_role("button", name="Explain").click()
    await expect(page.get_by_role("status")).to_contain_text("empty: nothing is left")
    await expect(page.get_by_role("heading", name="The article")).to_be_hidden()
