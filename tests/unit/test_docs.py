"""The documents agree with the code and with each other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from airdesk.app.metrics.figures import FIGURES
from airdesk.core.kernel import limits
from tools import generate_reference

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]
    + [path for path in ROOT.glob("web/**/*.md") if "node_modules" not in path.parts]
)
RECORDS = sorted(ROOT.glob("docs/adr/*.md"))

_FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_INLINE_LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
_NAMED_LINK = re.compile(r"^\[[^\]]+\]:\s*<?(\S+?)>?\s*$", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)


def label(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose(path: Path) -> str:
    """Give a page without its code blocks, whose brackets are no links."""
    return _FENCE.sub("", path.read_text(encoding="utf-8"))


def links(path: Path) -> list[str]:
    text = _CODE.sub("", prose(path))
    return [*_INLINE_LINK.findall(text), *_NAMED_LINK.findall(text)]


def anchors(path: Path) -> set[str]:
    """Give the anchors that a page's headings make, by the rule of the usual renderers."""
    found: set[str] = set()
    for heading in _HEADING.findall(prose(path)):
        words = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        anchor, repeat = words, 0
        while anchor in found:
            repeat += 1
            anchor = f"{words}-{repeat}"
        found.add(anchor)
    return found


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue  # Another site's address: nothing of ours can keep that promise.
        target, _, anchor = link.partition("#")
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{link} leads nowhere"
        assert file.is_relative_to(ROOT), f"{link} leads out of the repository"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), f"{link} names no heading"


def test_the_index_names_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    named = {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}
    pages = {page for page in PAGES if page.is_relative_to(ROOT / "docs") and page != index}
    missing = {label(page) for page in pages - named}
    assert not missing


def test_the_reference_says_what_the_code_says() -> None:
    stale = [label(path) for path in generate_reference.stale_pages()]
    assert not stale, "run `make docs`"


def test_every_error_is_documented_under_its_number() -> None:
    page = (ROOT / "docs/reference/errors.md").read_text(encoding="utf-8")
    classes = generate_reference.error_classes()
    assert len(classes) > 20
    for error in classes:
        assert f"| {error.number} | `{error.__name__}` |" in page


def test_every_limit_is_documented_with_its_reason() -> None:
    page = (ROOT / "docs/reference/limits.md").read_text(encoding="utf-8")
    names = [name for name in vars(limits) if name.isupper()]
    assert len(names) > 20
    for name in names:
        row = re.search(rf"^\| `{name}` \| \S+ \| \S.* \|$", page, re.MULTILINE)
        assert row, f"{name} has no row, or no reason"


def test_every_command_is_documented_with_what_it_does() -> None:
    page = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    for name in ("serve", "backup", "restore", "doctor", "version", "log verify", "owner reset"):
        found = re.search(rf"^## airdesk {name}\n\n(\S.*)$", page, re.MULTILINE)
        assert found, f"{name} says nothing"
    assert page.count("\n## ") >= 14
    assert "## airdesk role" not in page, "it is for the program itself"


def test_every_metric_is_documented() -> None:
    page = (ROOT / "docs/reference/metrics.md").read_text(encoding="utf-8")
    for figure in FIGURES:
        assert f"| `{generate_reference.metric_name(figure)}` | {figure.kind.value} |" in page
        assert figure.help.endswith(".")


@pytest.mark.parametrize("record", RECORDS, ids=label)
def test_a_decision_has_context_decision_and_consequences(record: Path) -> None:
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", record.name)
    for part in ("## Context", "## Decision", "## Consequences"):
        assert part in record.read_text(encoding="utf-8")


def test_no_two_decisions_share_a_number() -> None:
    numbers = [record.name[:4] for record in RECORDS]
    assert len(numbers) == len(set(numbers))
    assert numbers


def test_the_readme_names_the_two_commands() -> None:
    first_screen = (ROOT / "README.md").read_text(encoding="utf-8")[:2500]
    assert "make run" in first_screen
    assert "make test" in first_screen


def test_every_dependency_has_its_reason() -> None:
    record = (ROOT / "docs/adr/0001-dependencies.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    for requirement in wanted:
        name = re.split(r"[^A-Za-z0-9_.-]", requirement)[0]
        assert f"| {name} |" in record, f"{name} needs a line in ADR 0001"
