"""Retake the pictures of README.md and docs/audit.md: the demo's report, and the pages of the audit's gallery.

    python benchmarks/pictures.py [--data DATA]

`make docs` does it. Without a browser (Chromium, Chrome) nothing is retaken, without the data not the gallery, and
that is said.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from audit_gallery import gallery

HOME = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


def pages(data: Path, folder: Path) -> dict[Path, tuple[Path, int, int]]:
    """Make the pages, and say which picture each becomes, of what width and height in pixels."""
    subprocess.run([sys.executable, "-m", "longshort", "demo", "--out", str(folder / "demo")], check=True)
    found = {HOME / "docs" / "report.png": (folder / "demo" / "report.html", 1200, 1420)}
    if not data.is_dir():
        print(f"The gallery stays as it is: its data are not in {data} (--data or LONGSHORT_DATA names another place).")
        return found
    for name, audit in gallery(data):
        page = folder / f"{name}.html"
        audit.report(page)
        found[HOME / "docs" / "gallery" / f"{name}.png"] = (page, 1100, 900)
    return found


def photograph(browser: str, pages: dict[Path, tuple[Path, int, int]]) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser, args=list(QUIET))
        for picture, (page, width, height) in pages.items():
            tab = started.new_page(viewport={"width": width, "height": height}, color_scheme="light")
            tab.goto(page.as_uri())
            tab.wait_for_timeout(300)
            tab.screenshot(path=picture)
            tab.close()
            print(f"Written: {picture.relative_to(HOME)}")
        started.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    beside = os.environ.get("LONGSHORT_DATA", HOME.parent / "shared" / "data")
    parser.add_argument("--data", type=Path, default=Path(beside), help="folder of the gallery's data")
    data = parser.parse_args().data
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        print(f"The pictures stay as they are: no browser on this machine (looked for {', '.join(BROWSERS)}).")
        return
    with TemporaryDirectory() as folder:
        photograph(browser, pages(data, Path(folder)))


if __name__ == "__main__":
    main()
