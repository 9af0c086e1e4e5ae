#!/usr/bin/env python3
"""Works with the operators' pages in a real browser. The store has the samples.

    Tests/Browser/pages.py http://127.0.0.1:9464                          all checks
    Tests/Browser/pages.py http://127.0.0.1:9464 search --pictures DIR    one, or with pictures of every page
"""

import re
import sys
from urllib.parse import quote

from axe_playwright_python.sync_playwright import Axe

from browser import NARROW, WIDE, Tab, run_in_browser
from checks import check, expect
from client import ask

PARCEL, ORDER, POSTCODE = "991122334455", "CMD-1042", "75012"
# Every page, with the status of its answer; what it is called in a file's name.
PAGES = {
    "overview": ("/", 200), "parcels": ("/parcels", 200),
    "parcels-filtered": ("/parcels?status=delivered", 200),
    "parcels-none": ("/parcels?order=NOBODY-1", 200), "parcels-refused": ("/parcels?since=soon", 400),
    "parcel": (f"/parcels/{PARCEL}", 200), "parcel-unknown": ("/parcels/991199119911", 404),
    "explain": (f"/parcels/{PARCEL}/explain", 200), "contracts": ("/contracts", 200),
    "contract": ("/contracts/dupont", 200), "contract-to-inform": ("/contracts/maison-lyon", 200),
    "contract-incomplete": ("/contracts/comptoir-nantes", 200), "contract-unknown": ("/contracts/duppont", 404),
    "files": ("/files", 200), "files-failed": ("/files?state=failed", 200), "held": ("/held", 200),
    "rejects": ("/rejects", 200), "unmapped": ("/unmapped", 200), "webhooks": ("/webhooks", 200),
    "nothing-there": ("/nothing", 404),
    "rejects-unknown": ("/rejects?file=nix.csv", 404), "parcels-of-no-contract": ("/parcels?contract=duppont", 400),
}
SCRIPT = "<script>alert(1)</script>"
IMAGE = "\"><img src=x onerror=alert(1)>"


def with_language(path: str, language: str) -> str:
    return path + ("&" if "?" in path else "?") + f"lang={language}"


def opens_parcel(tab: Tab, what: str) -> None:
    """A search leads to the parcel, or to a list with it, from which one goes on."""
    if not tab.path.startswith(f"/parcels/{PARCEL}"):
        tab.follow(tab.page.locator(f'main a[href^="/parcels/{PARCEL}"]').first)
    expect(tab.path.startswith(f"/parcels/{PARCEL}"), f"{what} leads to {tab.path}")
    digits = re.sub(r"\D", "", tab.heading)
    expect(digits == PARCEL, f"{what}: the heading is {tab.heading!r}")


# Finding.

@check
def search_finds_by_number_order_and_postcode(given) -> None:
    with given.browser.tab() as tab:
        for text in (PARCEL, "991 122 334 455", PARCEL + POSTCODE, f"  {PARCEL} ", ORDER, POSTCODE):
            tab.visit("/")
            tab.search(text)
            opens_parcel(tab, f"the search for {text!r}")
        tab.search("991199119911")
        expect("991199119911" in re.sub(r"[\s ]", "", tab.page.locator("body").inner_text()) or
               "991199119911" in tab.page.get_by_role("searchbox").first.input_value(),
               "a number that is not known is not named")
        tab.search("NOBODY-1")
        expect(tab.page.locator('main a[href^="/parcels/99"]').count() == 0, "NOBODY-1 finds parcels")


@check
def filters_are_in_the_address(given) -> None:
    with given.browser.tab() as tab:
        tab.visit("/parcels")
        every = tab.page.locator("main tbody tr").count()
        expect(every == 11, f"{every} parcels of the samples instead of 11")
        details = tab.page.locator("details", has=tab.page.locator("select[name=status]"))
        if details.count() and details.first.get_attribute("open") is None:
            details.first.locator("summary").click()
        form = tab.page.locator("form", has=tab.page.locator("select[name=status]"))
        form.locator("select[name=status]").select_option("delivered")
        tab.follow(form.locator("button"))
        tab.look("the filter by status")
        expect("status=delivered" in tab.path, f"the address is {tab.path}")
        wanted = ask(given.url, "/api/v1/parcels?status=delivered", token=given.token).json
        found = tab.page.locator("main tbody tr").count()
        expect(found == len(wanted), f"{found} delivered parcels instead of {len(wanted)}")
        expect(tab.page.locator("select[name=status]").first.input_value() == "delivered", "the filter forgets")
        csv = tab.page.locator('main a[href*="csv"]')
        expect(csv.count() > 0, "no link to the CSV")
        answer = ask(given.url, csv.first.get_attribute("href"), token=given.token)
        expect(answer.status == 200 and answer.kind == "text/csv", f"the CSV: {answer.status} {answer.kind}")
        lines = [line for line in answer.text.splitlines() if line]
        expect(len(lines) == 1 + len(wanted), f"the CSV has {len(lines) - 1} parcels")


@check
def overview_leads_to_what_it_names(given) -> None:
    with given.browser.tab() as tab:
        tab.visit("/")
        links = tab.page.locator('main a[href^="/"]').evaluate_all(
            "links => links.map(link => link.getAttribute('href'))")
        expect(len(links) >= 5, f"the overview has {len(links)} links")
        for link in sorted(set(links)):
            answer = ask(given.url, link, {"Accept": "text/html,*/*;q=0.8"}, token=given.token)
            expect(answer.status == 200, f"{link} on the overview: {answer.status}")
        expect("ZZ9" in tab.text, "the unknown code is not on the overview")
        tab.visit("/unmapped")
        draft = tab.page.locator("textarea").first.input_value()
        expect("ZZ9" in draft, f"the entry for the map is {draft[:200]!r}")
        tab.visit("/contracts/maison-lyon")
        message = tab.page.locator("textarea").first.input_value()
        expect("EM770031" in message, f"the advisor's message is {message[:200]!r}")


@check
def history_goes_back_and_forward(given) -> None:
    with given.browser.tab() as tab:
        tab.visit("/")
        first = tab.heading
        tab.search(POSTCODE)
        opens_parcel(tab, "the postcode")
        tab.follow(tab.page.locator('main a[href*="explain"]').first)
        expect("explain" in tab.path, f"the explanation is at {tab.path}")
        tab.page.go_back(wait_until="load")
        opens_parcel(tab, "one page back")
        for _ in range(3):
            if tab.path == "/":
                break
            tab.page.go_back(wait_until="load")
            tab.look("a page back")
        expect(tab.path == "/" and tab.heading == first, f"back at the start it is {tab.path}, {tab.heading!r}")
        tab.page.go_forward(wait_until="load")
        tab.look("a page forward")
        expect(tab.path.startswith("/parcels"), f"forward from the start is {tab.path}")


# People.

@check
def language_is_the_browsers_or_the_one_asked_for(given) -> None:
    for locale, wanted in {"fr-FR": "fr", "en-GB": "en", "de-DE": "fr", "fr-BE": "fr"}.items():
        with given.browser.tab(language=locale) as tab:
            tab.visit("/")
            expect(tab.language == wanted, f"Accept-Language {locale}: {tab.language}")
    headings = {}
    for language in ("fr", "en"):
        with given.browser.tab(language="de-DE") as tab:
            for name, (path, status) in PAGES.items():
                tab.visit(with_language(path, language), status)
                expect(tab.language == language, f"{path}: the language is {tab.language}")
                headings.setdefault(name, []).append(tab.heading)
    same = [name for name, (french, english) in headings.items() if french == english]
    numbers = {"parcel", "contract", "contract-to-inform", "contract-incomplete"}
    expect(set(same) <= numbers, f"the same heading in both languages: {same}, {[headings[name] for name in same]}")
    with given.browser.tab(language="fr-FR") as tab:
        tab.visit(f"/parcels/{PARCEL}")
        french = tab.text
        tab.follow(tab.page.locator('a[hreflang="en"]').first)
        expect(tab.language == "en" and tab.text != french, "the link to English does not lead to it")
        opens_parcel(tab, "the link to English")
        # The choice goes along: by each link, and by the search.
        tab.follow(tab.page.locator("header nav a").first)
        expect(tab.language == "en", "the next page is French again")
        tab.search(ORDER)
        expect(tab.language == "en", "the search is French again")


@check
def what_is_wrong_is_said_in_french(given) -> None:
    with given.browser.tab(language="fr-FR") as tab:
        for path, status, words in (("/parcels?since=soon", 400, "Depuis : « soon » n’est pas une date"),
                                    ("/parcels/991199119911", 404, "Aucun colis 991199119911 n’est connu"),
                                    ("/contracts/duppont", 404, "Vouliez-vous dire dupont ?"),
                                    ("/parcels?contract=duppont", 400, "Vouliez-vous dire dupont ?"),
                                    ("/rejects?file=nix.csv", 404, "Aucun fichier nix.csv n’est connu"),
                                    ("/contracts/comptoir-nantes", 200, "manque")):
            tab.visit(path, status)
            expect(words in tab.text, f"{path} does not say {words!r}: {tab.text[:500]!r}")
        tab.visit("/parcels?stuck=2j")
        tab.search("NOBODY-1")
        expect(tab.page.locator('footer a[href^="/api/"]').count() == 0, "a vain search has the data of all parcels")


@check
def keyboard_is_enough(given) -> None:
    with given.browser.tab() as tab:
        page = tab.page
        tab.visit("/")
        page.keyboard.press("Tab")
        href = page.evaluate("document.activeElement.getAttribute('href')")
        expect(href == "#main", f"the first stop is {href}, not the way past the navigation")
        box = page.evaluate("document.activeElement.getBoundingClientRect().left")
        expect(box >= 0, "the way past the navigation is not seen when it has the focus")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        inside = page.evaluate("document.getElementById('main').contains(document.activeElement)")
        expect(inside, "the way past the navigation does not lead into the page")
        # Each stop shows where one is.
        tab.visit("/parcels")
        stops, found = [], False
        for _ in range(80):
            page.keyboard.press("Tab")
            stop = page.evaluate(
                """() => { const e = document.activeElement, s = getComputedStyle(e);
                     return [e.tagName, (e.getAttribute('href') || e.name || ''), s.outlineStyle !== 'none' &&
                             parseFloat(s.outlineWidth) >= 1, e.closest('main') !== null]; }""")
            if stop[0] == "BODY":
                break
            expect(stop[2], f"the focus is not seen at {stop[:2]}")
            stops.append(stop)
            found = found or stop[1].startswith("/parcels/99")
        expect(found, f"no parcel is reached in {len(stops)} stops")
        tab.visit("/")
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.type") == "search":
                break
        page.keyboard.type(PARCEL)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/parcels/{PARCEL}*")
        opens_parcel(tab, "the search by keyboard")


@check
def axe_finds_nothing(given) -> None:
    """On each page: wide and narrow, light and dark, with everything opened that can be."""
    axe = Axe()
    wrong = []
    for size, scheme in ((WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (NARROW, "dark")):
        with given.browser.tab(size, scheme) as tab:
            for name, (path, status) in PAGES.items():
                tab.visit(path, status)
                tab.picture(f"{name}-{size[0]}-{scheme}")
                tab.page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
                tab.look(path)
                for violation in axe.run(tab.page).response["violations"]:
                    nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
                    wrong.append(f"{path} {size[0]} {scheme}: {violation['id']}: {violation['help']}: {nodes}")
                tab.wrong.clear()  # what axe adds to a page to measure it is none of its
    expect(not wrong, f"{len(wrong)} findings: " + "\n".join(wrong[:20]))


@check
def structure_is_told_to_screen_readers(given) -> None:
    with given.browser.tab() as tab:
        for path, status in PAGES.values():
            page = tab.visit(path, status)
            for role in ("banner", "main", "search", "contentinfo"):
                count = page.get_by_role(role).count()
                expect(count == 1, f"{path}: {count} of the landmark {role}")
            expect(page.get_by_role("navigation").count() >= 1, f"{path}: no navigation")
            expect(page.locator("h1").count() == 1, f"{path}: {page.locator('h1').count()} headings of level 1")
            titles = page.title()
            expect(titles.strip() not in ("", "colisd"), f"{path}: the title is {titles!r}")
            for table in page.locator("table").all():
                expect(table.locator("thead th[scope=col]").count() > 0, f"{path}: a table without headers")


@check
def without_scripts_it_is_the_same(given) -> None:
    texts = {}
    for has_script in (True, False):
        with given.browser.tab(has_script=has_script) as tab:
            for path in ("/parcels", f"/parcels/{PARCEL}", "/contracts", "/held", "/rejects", "/unmapped",
                         "/webhooks"):
                tab.visit(path)
                texts.setdefault(path, []).append(tab.text)
            tab.visit("/")
            tab.search(ORDER)
            opens_parcel(tab, "the search")
    for path, (with_them, without) in texts.items():
        expect(with_them == without, f"{path} is another page without scripts")


# Others.

@check
def words_of_others_are_words(given) -> None:
    """What somebody asks for is shown as text, whatever it is."""
    for size in (WIDE, NARROW):
        with given.browser.tab(size) as tab:
            for text in (SCRIPT, IMAGE, "x" * 190, "‮" + PARCEL, "'-alert(1)-'", "{{number}}", "&lt;b&gt;", "%00",
                         "javascript:alert(1)"):
                tab.visit("/")
                tab.search(text)
                asked = quote(text, safe="")
                for path in (f"/parcels?order={asked}", f"/parcels?site={asked}", f"/parcels/{asked}",
                             f"/contracts/{asked}", f"/rejects?file={asked}", f"/{asked}"):
                    answer = tab.page.goto(given.url + path, wait_until="load")
                    expect(answer.status in (200, 400, 404), f"{path}: {answer.status}")
                    tab.look(path)


@check
def every_answer_forbids_scripts_and_frames(given) -> None:
    for path, status in PAGES.values():
        answer = ask(given.url, path, {"Accept": "text/html"}, token=given.token)
        policy = answer.headers.get("content-security-policy", "")
        expect(answer.status == status, f"{path}: {answer.status}")
        for rule in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"):
            expect(rule in policy, f"{path}: {rule} is not in {policy!r}")
        expect("unsafe" not in policy and "script-src" not in policy, f"{path}: {policy}")
        expect(answer.headers.get("x-content-type-options") == "nosniff", f"{path}: no nosniff")
        expect(answer.headers.get("referrer-policy") in ("no-referrer", "same-origin"), f"{path}: Referrer-Policy")


if __name__ == "__main__":
    sys.exit(run_in_browser(__doc__))
