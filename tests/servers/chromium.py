"""Find a Chromium for the browser tests: the system's, or one that Playwright has or can get."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
OWN_BROWSERS = Path(sys.prefix) / "browsers"
"""The folder of a downloaded browser: in the virtual environment, not in the home folder."""


def find_chromium() -> Path | None:
    """Return the browser named by CHROMIUM, else the system's, else Playwright's, else None."""
    if named := os.environ.get("CHROMIUM"):
        return Path(named)
    for name in NAMES:
        if path := shutil.which(name):
            return Path(path)
    return _playwrights_own()


def install_chromium() -> Path | None:
    """Let Playwright download its Chromium, and return it; None where that is not possible."""
    environment = os.environ | {"PLAYWRIGHT_BROWSERS_PATH": str(OWN_BROWSERS)}
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        subprocess.run(command, env=environment, check=True, timeout=300)
    except (subprocess.SubprocessError, OSError):
        return None
    return _playwrights_own()


def _playwrights_own() -> Path | None:
    if OWN_BROWSERS.is_dir():
        os.environ.setdefault("PLAYWRIGHT_BROWSERS_PATH", str(OWN_BROWSERS))
    try:
        with sync_playwright() as playwright:
            path = Path(playwright.chromium.executable_path)
    except Error:
        return None
    return path if path.is_file() else None
