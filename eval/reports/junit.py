"""A run as JUnit XML, for CI builds: one test for each question, minimum and compared figure.

A question that failed is an error; a wrong answer alone is not a failure. A minimum fails if its figure is below it, a
compared figure if it is significantly worse than the baseline's.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from eval.reports.report import Report
from eval.stats.figures import NAMES
from index.errors import OnrecordError

_UNSHOWABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow."""


def write_junit(report: Report, path: Path) -> None:
    """Write the file; raises OnrecordError if that fails."""
    root = ElementTree.Element("testsuites", name="onrecord eval", time=f"{report.seconds:.3f}")
    root.extend([_questions(report), _wanted(report), _compared(report)])
    for suite in root:
        suite.set("tests", str(len(suite)))
        for kind in ("failure", "error"):
            suite.set(f"{kind}s", str(len(suite.findall(f"*/{kind}"))))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise OnrecordError(f"Cannot write the JUnit file {path}: {error.strerror or error}.") from error


def _questions(report: Report) -> ElementTree.Element:
    cases = []
    for question, line in report.results:
        case = _case(question.set or "questions", f"{question.id}: {question.question}")
        case.set("time", f"{line.seconds:.3f}")
        if line.error is not None:
            _add(case, "error", line.error)
        cases.append(case)
    return _suite("questions", cases)


def _wanted(report: Report) -> ElementTree.Element:
    messages = {each.name: str(each) for each in report.shortfalls}
    minimums = report.requirements.minimums
    cases = [
        _judged(_case("wanted", f"{name} is at least {least:g}"), messages.get(name))
        for name, least in minimums.items()
    ]
    return _suite("wanted", cases)


def _compared(report: Report) -> ElementTree.Element:
    changes = report.comparison.changes if report.comparison else []
    cases = []
    for change in changes:
        message = f"{change.old} before, {change.new} now" if change.verdict == "worse" else None
        cases.append(_judged(_case("baseline", NAMES.get(change.name, change.name)), message))
    return _suite("baseline", cases)


def _suite(name: str, cases: Iterable[ElementTree.Element]) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=name)
    suite.extend(cases)
    return suite


def _case(kind: str, name: str) -> ElementTree.Element:
    return ElementTree.Element("testcase", classname=_plain(kind), name=_plain(name))


def _judged(case: ElementTree.Element, failure: str | None) -> ElementTree.Element:
    if failure:
        _add(case, "failure", failure)
    return case


def _add(case: ElementTree.Element, kind: str, message: str) -> None:
    ElementTree.SubElement(case, kind, message=_plain(message))


def _plain(text: str) -> str:
    return _UNSHOWABLE.sub("\ufffd", text)
