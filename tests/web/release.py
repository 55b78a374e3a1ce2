"""A new version of an app: all its scripts have other names than before."""

from __future__ import annotations

import shutil
from pathlib import Path

COPIES = (".br", ".gz")
TEXTS = (".js", ".html", ".css")


def copied(apps: Path, folder: Path) -> Path:
    """A copy of the built apps, to be changed by a test."""
    copy = Path(shutil.copytree(apps, folder / "apps"))
    for file in [path for path in copy.rglob("*") if path.suffix in COPIES]:
        file.unlink()
    return copy


def release(apps: Path, app: str = "field") -> list[str]:
    """Give every script another name, as a build of changed code does; return the old names."""
    folder = apps / app
    scripts = sorted((folder / "assets").glob("*.js"))
    new_names = {script.name: f"{script.stem}-next.js" for script in scripts}
    for file in [path for path in folder.rglob("*") if path.suffix in TEXTS]:
        text = file.read_text()
        for old, new in new_names.items():
            text = text.replace(old, new)
        file.write_text(text)
    for script in scripts:
        script.rename(script.with_name(new_names[script.name]))
    return list(new_names)
