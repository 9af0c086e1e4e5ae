"""Debian's Chromium, and a page of it that lets nothing pass unseen."""

import argparse
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, sync_playwright

from checks import Wrong, expect, run

CHROMIUM = "/usr/bin/chromium"
WIDE, NARROW = (1280, 900), (360, 740)
# What Chromium says of an answer that is an error on purpose.
OF_STATUS = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


class Browser:
    """Opens pages of one server."""

    def __init__(self, chromium, url: str, pictures: str | None = None):
        self.chromium = chromium
        self.url = url
        self.pictures = Path(pictures) if pictures else None

    @contextmanager
    def tab(self, size: tuple[int, int] = WIDE, scheme: str = "light", language: str = "fr-FR",
            has_script: bool = True) -> Iterator["Tab"]:
        """A window of a visitor of his own, without anybody's cookies."""
        context = self.chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, locale=language,
            java_script_enabled=has_script, reduced_motion="reduce")
        context.set_default_timeout(180_000)
        try:
            yield Tab(self, context)
        finally:
            context.close()


class Tab:
    def __init__(self, browser: Browser, context: BrowserContext):
        self.browser = browser
        self.context = context
        self.page: Page = context.new_page()
        self.wrong: list[str] = []
        page = self.page
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.wrong.append(f"an error of a script: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)
        page.on("requestfailed", lambda request: self.wrong.append(f"not loaded: {request.url} {request.failure}"))

    def _dialog(self, dialog) -> None:
        self.wrong.append(f"a script ran: {dialog.message}")
        dialog.dismiss()

    def _console(self, message) -> None:
        # A content security policy that is broken is told as an error.
        if message.type in ("error", "warning") and not OF_STATUS.search(message.text):
            self.wrong.append(f"console: {message.text}")

    def _request(self, request) -> None:
        own = urlsplit(self.browser.url).netloc
        if urlsplit(request.url).scheme in ("http", "https") and urlsplit(request.url).netloc != own:
            self.wrong.append(f"something of another server is asked for: {request.url}")

    def visit(self, path: str, status: int = 200) -> Page:
        """Opens a page, which has to be well."""
        answer = self.page.goto(self.browser.url + path, wait_until="load")
        expect(answer and answer.status == status, f"{path}: {answer.status if answer else 'no answer'}")
        expect(answer.headers.get("content-type", "").startswith("text/html"),
               f"{path}: {answer.headers.get('content-type')}")
        self.look(path)
        return self.page

    def look(self, what: str) -> None:
        """Whether all is well with the page that is shown."""
        problems, self.wrong = self.wrong, []
        if problems:
            raise Wrong(f"{what}: {'; '.join(problems)[:2_000]}")
        width, inner = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        expect(width <= inner, f"{what}: {width} pixels wide in a window of {inner}: {self._widest()}")
        strange = self.page.evaluate(
            "document.querySelectorAll('script, iframe, object, embed, img, [onerror], [onload], [onclick]').length")
        expect(strange == 0, f"{what}: {strange} elements that no page has")

    def _widest(self) -> str:
        return self.page.evaluate(
            """() => [...document.querySelectorAll('body *')]
                 .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll'))
                 .slice(0, 5).map(e => e.outerHTML.slice(0, 160)).join(' | ')""")

    @property
    def heading(self) -> str:
        return self.page.locator("h1").first.inner_text().strip()

    @property
    def language(self) -> str:
        return self.page.locator("html").get_attribute("lang") or ""

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    @property
    def path(self) -> str:
        parts = urlsplit(self.page.url)
        return parts.path + ("?" + parts.query if parts.query else "")

    def another_page(self):
        """With it: does what leads to another page, and waits for that one.

        The browser asks for it some time after the key or the click: whoever looked then might see the old page.
        """
        return self.page.expect_navigation(wait_until="load")

    def follow(self, link: Locator) -> None:
        with self.another_page():
            link.click()

    def search(self, text: str) -> None:
        box = self.page.get_by_role("searchbox").first
        box.fill(text)
        with self.another_page():
            box.press("Enter")
        self.look(f"the search for {text[:40]!r}")

    def picture(self, name: str) -> None:
        if self.browser.pictures:
            self.browser.pictures.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self.browser.pictures / f"{name}.png", full_page=True)


@contextmanager
def opened(url: str, pictures: str | None = None) -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        raise SystemExit(f"{CHROMIUM} is not there: run make test-packages")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"])
        try:
            yield Browser(chromium, url, pictures)
        finally:
            chromium.close()


def run_in_browser(about: str, options: Callable[[argparse.ArgumentParser], None] = lambda _: None) -> int:
    """Runs the checks as `checks.run` does; each gets the arguments and the browser."""
    def with_pictures(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--pictures", help="a folder for pictures of every page")
        options(parser)

    def within(arguments, body) -> int:
        with opened(arguments.url, arguments.pictures) as browser:
            return body(SimpleNamespace(**{**vars(arguments), "browser": browser}))

    return run(about, with_pictures, within)
