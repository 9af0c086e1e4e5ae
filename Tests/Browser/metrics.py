#!/usr/bin/env python3
"""Reads /metrics as monitoring systems do: promtool, and the parsers of the Python client."""

import re
import subprocess
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_prometheus

from checks import check, expect, run
from client import Answer, ask

OPENMETRICS = "application/openmetrics-text"
# As Prometheus 3 asks.
PROMETHEUS_ASKS = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1")
# What is a person's, or of one of many parcels, is in no label.
OF_PARCELS = re.compile(r"\b(?:99\d{10}|AB\d{10})\b|CMD-\d+")


def ask_as(arguments, accept: str | None) -> Answer:
    headers = {"Accept": accept} if accept else {}
    answer = ask(arguments.url, "/metrics", headers, token=arguments.token)
    expect(answer.status == 200, f"Accept: {accept}: {answer.status} {answer.text[:300]}")
    return answer


@check
def promtool_has_no_word_to_say(arguments) -> None:
    answer = ask_as(arguments, "text/plain")
    expect(answer.kind == "text/plain" and "version=0.0.4" in answer.headers["content-type"],
           answer.headers["content-type"])
    result = subprocess.run(
        ["promtool", "check", "metrics"], input=answer.text, capture_output=True, text=True, timeout=60)
    said = result.stdout + result.stderr
    expect(result.returncode == 0 and not said, f"promtool check metrics: {result.returncode} {said}")


@check
def the_form_goes_by_accept(arguments) -> None:
    for accept in (OPENMETRICS, f"{OPENMETRICS};version=1.0.0,text/plain;q=0.5", PROMETHEUS_ASKS):
        answer = ask_as(arguments, accept)
        expect(answer.kind == OPENMETRICS, f"Accept: {accept}: {answer.kind}")
        expect("version=1.0.0" in answer.headers["content-type"], answer.headers["content-type"])
        expect(answer.text.endswith("\n# EOF\n"), f"Accept: {accept}: no # EOF at the end")
    for accept in (None, "*/*", "text/plain", f"{OPENMETRICS};q=0.1,text/plain", f"{OPENMETRICS};q=0,*/*"):
        answer = ask_as(arguments, accept)
        expect(answer.kind == "text/plain" and "# EOF" not in answer.text, f"Accept: {accept}: {answer.kind}")


@check
def both_forms_say_the_same(arguments) -> None:
    open_families = list(read_openmetrics(ask_as(arguments, OPENMETRICS).text))
    families = list(read_prometheus(ask_as(arguments, "text/plain").text))

    def names(found) -> set:
        return {(sample.name, tuple(sorted(sample.labels.items())))
                for family in found for sample in family.samples if not sample.name.endswith("_created")}

    expect(names(open_families) == names(families),
           f"only in one of the forms: {sorted(names(open_families) ^ names(families))[:10]}")
    wanted = {"colisd_build", "colisd_polls", "colisd_poll_failures"}
    there = {family.name.removesuffix("_total").removesuffix("_info") for family in open_families}
    expect(wanted <= there, f"missing: {sorted(wanted - there)}")


@check
def names_follow_the_conventions(arguments) -> None:
    for family in read_openmetrics(ask_as(arguments, OPENMETRICS).text):
        expect(family.name.startswith("colisd_") or family.name.startswith("process_"), family.name)
        expect(family.documentation, f"{family.name} has no help")
        expect(not re.search(r"(milliseconds|minutes|hours|days|kilobytes|megabytes|percent|_age)\b", family.name),
               f"{family.name}: base units, and timestamps instead of ages")
        is_counter = family.type in ("counter", "histogram", "summary", "info")
        for sample in family.samples:
            expect(is_counter or not re.search(r"_(total|count|sum|bucket)$", sample.name),
                   f"{sample.name} is a {family.type}")
            for label, value in sample.labels.items():
                expect(not OF_PARCELS.search(value), f"{sample.name}: {label} is {value}")


@check
def the_lag_is_a_histogram(arguments) -> None:
    families = [family for family in read_openmetrics(ask_as(arguments, OPENMETRICS).text)
                if family.type == "histogram"]
    expect(any("lag" in family.name and family.name.endswith("_seconds") for family in families),
           f"histograms: {[family.name for family in families]}")


if __name__ == "__main__":
    sys.exit(run(__doc__))
