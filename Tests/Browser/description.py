"""docs/openapi.yaml: what it says of a path, and whether a value is what it says."""

from functools import cache

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from checks import CLONE, expect

PATH = CLONE / "docs" / "openapi.yaml"


@cache
def document() -> dict:
    return yaml.safe_load(PATH.read_text())


def _validator(schema: dict) -> Draft202012Validator:
    resource = Resource(contents=document(), specification=DRAFT202012)
    registry = Registry().with_resource("urn:colisd", resource)
    return Draft202012Validator(
        schema, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER)


@cache
def schema_of(name: str) -> Draft202012Validator:
    """One of components/schemas."""
    return _validator({"$ref": f"urn:colisd#/components/schemas/{name}"})


@cache
def answer_of(path: str) -> Draft202012Validator:
    """The JSON of a 200."""
    answer = document()["paths"][path]["get"]["responses"]["200"]
    if "$ref" in answer:
        answer = document()["components"]["responses"][answer["$ref"].rsplit("/", 1)[-1]]
    return _validator(_absolute(answer["content"]["application/json"]["schema"]))


def _absolute(schema):
    """With references that are understood outside the document."""
    if isinstance(schema, list):
        return [_absolute(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: "urn:colisd" + value if key == "$ref" else _absolute(value)
            for key, value in schema.items()}


def expect_valid(validator: Draft202012Validator, value, what: str) -> None:
    error = next(validator.iter_errors(value), None)
    if error:
        place = "/".join(str(part) for part in error.absolute_path)
        expect(False, f"{what}: {place}: {error.message[:500]}")
