"""What people come for: who changed a text, and who had it first."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.web.rooms import Room


def test_a_day_leads_to_an_article_and_what_changed_in_it(reader: Page, room: Room) -> None:
    reader.goto(room.address)
    expect(reader.get_by_role("heading", level=2).first).to_have_text(re.compile(r"\d{4}$"))
    reader.get_by_role("link", name="Bridge closed until May").click()
    reader.wait_for_load_state()
    reader.keyboard.press("d")
    expect(reader.locator("ins, .paragraph_moved").first).to_be_visible()
    assert "/diff" in reader.url


def test_a_search_is_narrowed_by_two_facets_and_cited(reader: Page, room: Room) -> None:
    reader.goto(f"{room.address}/search?q=bridge+OR+harbour")
    facets = reader.get_by_role("complementary", name="Narrow")
    facets.get_by_role("link", name="en", exact=True).click()
    edited = facets.locator("section", has=reader.get_by_role("heading", name="Edited", exact=True))
    edited.get_by_role("link", name="yes").click()
    chosen = reader.get_by_role("list", name="Narrowed by")
    expect(chosen.get_by_role("listitem")).to_have_count(2)
    titles = reader.locator(".hits [data-clip] h2").all_inner_texts()
    assert "Bridge closed until May" in titles
    reader.goto(reader.url)  # the address says it all
    assert reader.locator(".hits [data-clip] h2").all_inner_texts() == titles
    chosen.get_by_role("link", name=re.compile("^Edited")).click()
    expect(chosen.get_by_role("listitem")).to_have_count(1)


def test_a_bar_asks_for_its_time_alone(reader: Page, room: Room) -> None:
    reader.goto(f"{room.address}/search")
    reader.locator(".chart summary").click()
    row = reader.locator(".chart tbody tr").first
    count = row.locator("td").inner_text()
    row.get_by_role("link").click()
    expect(reader.locator(".count")).to_have_text(re.compile(rf"^{count} articles?\.$"))


def test_a_story_says_who_had_it_first(reader: Page, room: Room, ids: dict[str, int]) -> None:
    reader.goto(f"{room.address}/articles/{ids['second']}")
    told = reader.get_by_text("had it first").first
    expect(told).to_be_visible()
    reader.goto(f"{room.address}/stories")
    reader.locator("main a").first.click()
    expect(reader.locator("main")).to_contain_text("had it first")
