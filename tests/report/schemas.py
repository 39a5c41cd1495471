"""Checks findings.sarif and findings.ocsf.jsonl against their published schemas.

Arguments: the schema of SARIF 2.1.0, the SARIF file, the OCSF file. Ends with 1 and says what is wrong.
The schema of OCSF 1.3.0 comes with the package ocsf-json-schema.
"""

import json
import sys

import ocsf_json_schema as ocsf
from jsonschema import FormatChecker
from jsonschema.validators import validator_for

sarif_schema, sarif_file, ocsf_file = sys.argv[1:]
wrong = []


def check(schema, value, name):
    validator = validator_for(schema)(schema, format_checker=FormatChecker())
    for error in validator.iter_errors(value):
        wrong.append(f"{name} {list(error.absolute_path)}: {error.message[:300]}")


def captions(value, attributes, name):
    """`x` beside `x_id` is the caption of its number: the schema as JSON Schema does not say so."""
    for key, number in value.items():
        known = attributes.get(key, {}).get("enum", {}).get(str(number))
        beside = key.removesuffix("_id") if key.endswith("_id") else key.replace("_uid", "_name")
        text = value.get(beside)
        if known and number != 99 and text is not None and text != known["caption"]:
            wrong.append(f"{name} {key}: {text!r} is not {known['caption']!r}")


with open(sarif_schema, encoding="utf-8") as schema, open(sarif_file, encoding="utf-8") as report:
    check(json.load(schema), json.load(report), "sarif")

whole = ocsf.get_ocsf_schema(version="1.3.0")
names = ocsf.OcsfJsonSchemaEmbedded(whole)
with open(ocsf_file, encoding="utf-8") as events:
    for number, line in enumerate(events, 1):
        event = json.loads(line)
        name = names.lookup_class_name_from_uid(event["class_uid"])
        check(names.get_class_schema(name, []), event, f"event {number}")
        captions(event, whole["classes"][name]["attributes"], f"event {number}")
        for part in ("data_security", "file"):
            captions(event[part], whole["objects"][part]["attributes"], f"event {number} {part}")

print("\n".join(wrong))
sys.exit(1 if wrong else 0)
