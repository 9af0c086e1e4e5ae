#!/usr/bin/env python3
"""Looks at the pages in states that a store of the samples does not have; the caller makes each of them."""

import sys
import time

from axe_playwright_python.sync_playwright import Axe

from browser import NARROW, WIDE, run_in_browser
from checks import check, expect
from client import ask

HTML = {"Accept": "text/html"}


@check
def rows_of_others_are_words(given) -> None:
    """Labels, codes, sites, orders, file names and rejected lines in which somebody hopes to be believed.

    `--number` has a label with a script, with an image, with marks that turn the direction, and with 2,000 letters
    without a blank.
    """
    paths = ["/", "/parcels", f"/parcels/{given.number}", f"/parcels/{given.number}/explain", "/files", "/held",
             "/rejects", "/unmapped", "/contracts"]
    shown = ""
    for size, scheme in ((WIDE, "light"), (NARROW, "dark")):
        with given.browser.tab(size, scheme) as tab:
            for path in paths:
                page = tab.visit(path)
                page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
                tab.look(path)
                tab.picture(f"hostile{path.replace('/', '-')}-{size[0]}-{scheme}")
                shown += page.locator("body").inner_text()
                # A mark that turns the direction ends with the words that have it.
                loose = page.evaluate(
                    """() => [...document.querySelectorAll('main *')].filter(e => [...e.childNodes].some(
                         n => n.nodeType === 3 && /[\\u202a-\\u202e\\u2066-\\u2069\\u200f]/.test(n.data))
                         && !e.closest('bdi, [dir], textarea, pre')).map(e => e.outerHTML.slice(0, 200))""")
                expect(not loose, f"{path}: the direction of what follows is turned by {loose[:2]}")
    for words in ("<script>alert(", "onerror=alert("):
        expect(words in shown, f"{words} is on no page: was it taken away instead of shown?")


@check
def every_reject_can_be_reached(given) -> None:
    """`--rejects` says how many there are."""
    with given.browser.tab() as tab:
        path, seen, pages, longest = "/rejects", 0, 0, 0.0
        while path:
            start = time.monotonic()
            page = tab.visit(path)
            longest = max(longest, time.monotonic() - start)
            seen += page.locator("main tbody tr").count()
            pages += 1
            expect(pages <= given.rejects, "pages of rejects without an end")
            following = page.locator('main a[rel="next"]')
            path = following.first.get_attribute("href") if following.count() else None
        expect(seen == given.rejects, f"{seen} of {given.rejects} rejects on {pages} pages")
        size = len(ask(given.url, "/rejects", HTML, token=given.token).body)
        expect(size < 1_000_000 and pages > 1, f"{pages} pages, the first of {size} bytes")
        print(f"{pages} pages of rejects, the slowest in {longest * 1000:.0f} ms")
        # To the second page by its link, and back.
        tab.visit("/rejects")
        first = tab.page.locator("main tbody tr").first.inner_text()
        tab.follow(tab.page.locator('main a[rel="next"]').first)
        tab.look("the second page")
        expect(tab.page.locator("main tbody tr").first.inner_text() != first, "the second page is the first one")
        tab.page.go_back(wait_until="load")
        expect(tab.page.locator("main tbody tr").first.inner_text() == first, "back is not the first page")


@check
def a_server_that_is_down_is_the_first_word(given) -> None:
    end = time.monotonic() + 60
    while ask(given.url, "/readyz", token=given.token).status != 503:
        expect(time.monotonic() < end, "/readyz says that all is well while the server is down")
        time.sleep(0.2)
    for size, scheme in ((WIDE, "light"), (NARROW, "dark")):
        with given.browser.tab(size, scheme) as tab:
            tab.visit("/")
            tab.picture(f"down-{size[0]}-{scheme}")
            first = tab.page.locator("main > *").first
            expect("good" not in (first.get_attribute("class") or "").split(), f"the first word is {tab.heading!r}")
            expect("127.0.0.1" in first.inner_text(), f"the server is not named: {first.inner_text()!r}")
            # What is known stays known.
            tab.visit("/parcels")
            expect(tab.page.locator("main tbody tr").count() > 0, "the parcels are gone")


@check
def an_endpoint_that_fails_is_named(given) -> None:
    """An endpoint `shop` that nothing can be delivered to."""
    axe = Axe()
    for size, scheme in ((WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (NARROW, "dark")):
        with given.browser.tab(size, scheme, language="en-GB") as tab:
            tab.visit("/")
            todo = tab.page.locator("main .todo", has_text="webhook shop")
            expect(todo.count() == 1 and "failing" in todo.inner_text(), f"the overview says {tab.text[:500]!r}")
            tab.follow(todo.locator('a[href="/webhooks"]'))
            tab.look("/webhooks")
            tab.picture(f"webhooks-failing-{size[0]}-{scheme}")
            row = tab.page.locator("main tbody tr").first.inner_text()
            expect("shop" in row and "failing" in row, f"the table says {row!r}")
            expect("colisd webhooks resume shop" in tab.text, f"what to do is not said: {tab.text!r}")
            violations = axe.run(tab.page).response["violations"]
            expect(not violations, f"{size} {scheme}: {[violation['help'] for violation in violations]}")
            tab.wrong.clear()  # what axe adds to a page to measure it is none of its
    # One shop's outage is not ours.
    ready = ask(given.url, "/readyz", token=given.token)
    expect(ready.status == 200, f"/readyz: {ready.status} {ready.text}")


@check
def an_empty_store_says_what_to_do(given) -> None:
    for size in (WIDE, NARROW):
        with given.browser.tab(size) as tab:
            for path in ("/", "/parcels", "/files", "/held", "/rejects", "/unmapped", "/webhooks", "/contracts"):
                tab.visit(path)
                tab.picture(f"empty{path.replace('/', '-')}-{size[0]}-light")
                expect(len(tab.text) > 20, f"{path} says nothing: {tab.text!r}")


@check
def the_token_is_asked_for_once(given) -> None:
    wanted = "/parcels/991122334455?lang=en"
    with given.browser.tab() as tab:
        for path in ("/", wanted, "/rejects"):
            page = tab.visit(path, 401)
            expect(page.locator("input[type=password]").count() == 1, f"{path} does not ask for the token")
            expect("991122334455" not in tab.text and "CMD-1042" not in tab.text, f"{path} tells before it asks")
        tab.visit(wanted, 401)
        tab.page.locator("input[type=password]").fill("not the token")
        with tab.another_page():
            tab.page.locator("input[type=password]").press("Enter")
        tab.look("a wrong token")
        box = tab.page.locator("input[type=password]")
        expect(box.count() == 1, "a wrong token is not asked for again")
        expect(box.input_value() == "", "a wrong token is shown again")
        other = tab.page.locator("a.language").get_attribute("href")
        expect(ask(given.url, other, HTML).status == 401, f"after a wrong token the other language is at {other}")
        # As it is copied from somewhere.
        box.fill(f" {given.token} ")
        with tab.another_page():
            box.press("Enter")
        tab.look("the token")
        expect(tab.path == wanted, f"the token leads to {tab.path} instead of {wanted}")
        expect(tab.page.locator("input[type=password]").count() == 0, "the token is not enough")
        expect(given.token not in tab.page.url, "the token is in the address")
        for path in ("/", wanted, "/rejects", "/contracts"):
            page = tab.visit(path)
            expect(page.locator("input[type=password]").count() == 0, f"{path} asks again")
        for cookie in tab.context.cookies():
            expect(cookie["httpOnly"] and cookie["sameSite"] == "Lax", f"the cookie {cookie['name']} is open")
            expect(given.token not in cookie["value"], "the cookie is the token")
        expect(tab.context.cookies(), "no cookie")
    # Somebody else is asked anew.
    with given.browser.tab() as tab:
        tab.visit("/", 401)
    evil = ask(given.url, "/", {**HTML, "Cookie": "colisd=" + "0" * 64})
    expect(evil.status == 401, f"a made-up cookie: {evil.status}")


def options(parser) -> None:
    parser.add_argument("--number", help="a parcel with hostile words")
    parser.add_argument("--rejects", type=int, help="how many rejected lines there are")


if __name__ == "__main__":
    sys.exit(run_in_browser(__doc__, options))
