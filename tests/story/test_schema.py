import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from forkreel.story.check import check
from forkreel.story.language import KEYS
from forkreel.story.schema import schema

ROOT = Path(__file__).parents[2]
STORIES = [ROOT / "stories" / "lantern.yaml", *sorted((ROOT / "tests" / "stories").glob("*.yaml"))]
TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "boolean": bool,
    "null": type(None),
}  # fmt: skip
ANNOTATIONS = {"$schema", "$defs", "title", "description"}
WHOLE = schema()


def is_a(value: Any, kind: str) -> bool:
    return isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def fits(value: Any, rule: Any) -> bool:
    """As much of JSON Schema 2020-12 as the schema uses; a keyword that is not known here fails the test."""
    if isinstance(rule, bool):
        return rule
    return all(holds(key, wanted, value, rule) for key, wanted in rule.items() if key not in ANNOTATIONS)


def holds(key: str, wanted: Any, value: Any, rule: Any) -> bool:
    is_map, is_list, is_text = isinstance(value, dict), isinstance(value, list), isinstance(value, str)
    is_number = is_a(value, "number")
    match key:
        case "$ref":
            return fits(value, WHOLE["$defs"][wanted.removeprefix("#/$defs/")])
        case "type":
            return any(is_a(value, kind) for kind in ([wanted] if isinstance(wanted, str) else wanted))
        case "anyOf":
            return any(fits(value, one) for one in wanted)
        case "enum":
            return value in wanted
        case "properties":
            return not is_map or all(fits(value[name], one) for name, one in wanted.items() if name in value)
        case "additionalProperties":
            known = rule.get("properties", {})
            return not is_map or all(fits(one, wanted) for name, one in value.items() if name not in known)
        case "propertyNames":
            return not is_map or all(fits(name, wanted) for name in value)
        case "required":
            return not is_map or all(name in value for name in wanted)
        case "items":
            return not is_list or all(fits(one, wanted) for one in value)
        case "minItems" | "minProperties":
            return not (is_list if key == "minItems" else is_map) or len(value) >= wanted
        case "maxItems" | "maxProperties":
            return not (is_list if key == "maxItems" else is_map) or len(value) <= wanted
        case "minimum":
            return not is_number or value >= wanted
        case "maximum":
            return not is_number or value <= wanted
        case "maxLength":
            return not is_text or len(value) <= wanted
        case "pattern":
            return not is_text or re.search(wanted, value) is not None
    raise AssertionError(f"the test does not know the keyword {key}")


def raw(text: str) -> Any:
    yaml = YAML(typ="safe", pure=True)
    return yaml.load(text)


@pytest.mark.parametrize("block", KEYS)
def test_every_key_that_the_reader_knows_is_in_the_schema_and_no_other(block: str) -> None:
    found = WHOLE if block == "story" else WHOLE["$defs"][block.replace(" ", "-")]
    assert {key: one["description"] for key, one in found["properties"].items()} == dict(KEYS[block])
    assert found["additionalProperties"] is False


def test_every_reference_leads_somewhere() -> None:
    references = set(re.findall(r'"#/\$defs/([^"]+)"', json.dumps(WHOLE)))
    assert references | {"included-file"} == set(WHOLE["$defs"])  # which an editor asks for by itself


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_stories_fit_the_schema(path: Path) -> None:
    assert fits(raw(path.read_text(encoding="utf-8")), WHOLE)


GOOD = {"story": "x", "scenes": {"a": {"goto": "b"}, "b": {"ending": "End"}}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"scenes": {}},
        {"scenes": {"a b": {"ending": "x"}}},
        {"scenes": {"a": {"promt": "x"}}},
        {"scenes": {"a": {"say": []}}},
        {"scenes": {"a": {"move": {"easing": "bouncy"}}}},
        {"scenes": {"a": {"move": {"over": 601}}}},
        {"scenes": {"a": {"ask": {"choices": [{"id": "c"}]}}}},
        {"scenes": {"a": {"goto": [{"when": "x"}]}}},
        {"version": 0},
        {"seed": "x"},
        {"vars": {"a-b": 1}},
        {"vars": {"a": {"type": "number"}}},
        {"tests": [{"name": "t"}]},
        {"tests": [{"name": "t", "expect": {}}]},
    ],
)
def test_what_the_reader_refuses_the_schema_refuses_too(wrong: dict[str, Any], tmp_path: Path) -> None:
    assert fits(GOOD, WHOLE)
    assert not fits({**GOOD, **wrong}, WHOLE)
    file = tmp_path / "wrong.yaml"
    file.write_text(json.dumps({**GOOD, **wrong}))
    assert not check(file).ok


def test_load_time_lines_fit_the_schema() -> None:
    text = "story: x\nseed: ${ n }\nscenes:\n  #% for room in rooms\n  ${ room }: {goto: '${ room }'}\n  #% endfor\n"
    assert fits(raw(text), WHOLE)


def test_the_schema_beside_the_stories_is_that_of_the_language() -> None:
    shipped = json.loads((ROOT / "stories" / "forkreel.schema.json").read_text(encoding="utf-8"))
    assert shipped == schema(), "write it anew: forkreel schema > stories/forkreel.schema.json"


@pytest.mark.parametrize("story", sorted((ROOT / "stories").glob("*.yaml")), ids=lambda story: story.stem)
def test_a_story_that_ships_names_its_schema_to_editors(story: Path) -> None:
    modeline = story.read_text(encoding="utf-8").split("\n")[0]
    assert modeline == "# yaml-language-server: $schema=forkreel.schema.json"
