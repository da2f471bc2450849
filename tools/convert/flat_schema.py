# SPDX-License-Identifier: Apache-2.0
"""src/weights/pinhole.fbs as a table, in the order of the file (a field's place is its FlatBuffers index).

tests/convert/file_test.py compares it with the .fbs, so that the two cannot drift apart.
"""
from typing import Dict, NamedTuple, Tuple, Union


class Field(NamedTuple):
    name: str
    type: str  # a scalar or struct below, "string", "[int]", "[float]", a table's name or "[Table]"
    default: Union[int, float] = 0
    required: bool = False


# Schema scalar -> struct module format. Enums are stored as their underlying type.
SCALARS: Dict[str, str] = {"ubyte": "B", "ushort": "H", "int": "i", "ulong": "Q", "float": "f"}
ENUMS: Dict[str, Tuple[str, ...]] = {
    "DType": ("f32", "f16", "i8", "u8", "i32"),
    "ValueKind": ("input", "activation", "parameter", "buffer"),
    "Mode": ("inference", "training"),
    "FileKind": ("training", "deploy"),
}
# Struct -> (format, alignment in bytes).
STRUCTS: Dict[str, Tuple[str, int]] = {"Shape": ("<iiii", 4), "Storage": ("<QQI4x", 8)}

TABLES: Dict[str, Tuple[Field, ...]] = {
    "Value": (
        Field("name", "string", required=True),
        Field("kind", "ValueKind"),
        Field("dtype", "DType"),
        Field("shape", "Shape"),
        Field("storage", "Storage"),
    ),
    "Attribute": (Field("key", "string", required=True), Field("ints", "[int]"), Field("floats", "[float]")),
    "Node": (
        Field("op", "ushort"),
        Field("name", "string", required=True),
        Field("attributes", "[Attribute]"),
        Field("inputs", "[int]"),
        Field("outputs", "[int]"),
        Field("parameters", "[int]"),
    ),
    "EntryPoint": (
        Field("name", "string", required=True),
        Field("mode", "Mode"),
        Field("inputs", "[int]"),
        Field("outputs", "[int]"),
    ),
    "Preprocessing": (
        Field("channels", "ubyte", default=1),
        Field("scale", "float", default=0.003921569),
        Field("offset", "float"),
        Field("fixed_height", "int"),
        Field("fixed_width", "int"),
    ),
    "Provenance": (
        Field("recipe", "string"),
        Field("data", "string"),
        Field("data_licence", "string"),
        Field("tool", "string"),
        Field("note", "string"),
        Field("seed", "ulong"),
        Field("steps", "ulong"),
    ),
    "Graph": (
        Field("name", "string", required=True),
        Field("kind", "FileKind"),
        Field("values", "[Value]", required=True),
        Field("nodes", "[Node]", required=True),
        Field("entries", "[EntryPoint]", required=True),
        Field("preprocessing", "Preprocessing"),
        Field("provenance", "Provenance"),
    ),
}
ROOT = "Graph"


def scalar_format(type_name: str) -> str:
    """The struct format of a scalar or an enum; an empty string for every other type."""
    return "B" if type_name in ENUMS else SCALARS.get(type_name, "")
