# SPDX-License-Identifier: Apache-2.0
"""Plain dictionaries -> FlatBuffers bytes, in the one order that the C++ writer uses too.

Built from the end towards the start, as FlatBuffers prescribes: a table's strings, vectors and tables in field order,
then its own fields, largest first and last field first among equals, then its vtable unless an equal one is there.
That is what flatc's CreateX functions do, so equal graphs give equal bytes in both languages.
"""
import struct
from typing import Any, Dict, List, Tuple

from flat_schema import ROOT, STRUCTS, TABLES, Field, scalar_format

_OFFSET_BYTES = 4


class _Builder:
    def __init__(self) -> None:
        self._parts: List[bytes] = []  # last part first
        self.size = 0  # bytes so far; a position is counted from the end of the buffer
        self._alignment = 1
        self._vtables: Dict[bytes, int] = {}

    def _push(self, data: bytes) -> None:
        self._parts.append(data)
        self.size += len(data)

    def _align(self, alignment: int, upcoming: int = 0) -> None:
        """Pads so that the position after `upcoming` more bytes is a multiple of `alignment`."""
        self._alignment = max(self._alignment, alignment)
        self._push(bytes(-(self.size + upcoming) % alignment))

    def _push_aligned(self, data: bytes, alignment: int) -> None:
        self._align(alignment)
        self._push(data)

    def _push_reference(self, target: int) -> None:
        self._align(_OFFSET_BYTES)
        self._push(struct.pack("<I", self.size - target + _OFFSET_BYTES))

    def string(self, text: str) -> int:
        data = text.encode("utf-8")
        self._align(_OFFSET_BYTES, len(data) + 1)
        self._push(data + b"\0")
        self._push_aligned(struct.pack("<I", len(data)), _OFFSET_BYTES)
        return self.size

    def scalars(self, code: str, items: Tuple[Any, ...]) -> int:
        data = struct.pack(f"<{len(items)}{code}", *items)
        self._align(_OFFSET_BYTES, len(data))
        self._push(data)
        self._push_aligned(struct.pack("<I", len(items)), _OFFSET_BYTES)
        return self.size

    def references(self, targets: List[int]) -> int:
        self._align(_OFFSET_BYTES, _OFFSET_BYTES * len(targets))
        for target in reversed(targets):
            self._push_reference(target)
        self._push_aligned(struct.pack("<I", len(targets)), _OFFSET_BYTES)
        return self.size

    def child(self, type_name: str, content: Any) -> int:
        """Position of a string, vector or table."""
        if type_name == "string":
            return self.string(content)
        if not type_name.startswith("["):
            return self.table(type_name, content)
        element = type_name[1:-1]
        code = scalar_format(element)
        if code:
            return self.scalars(code, tuple(content))
        return self.references([self.table(element, item) for item in content])

    def table(self, table_name: str, content: Dict[str, Any]) -> int:
        fields = TABLES[table_name]
        children = {
            field.name: self.child(field.type, content[field.name])
            for field in fields
            if content.get(field.name) is not None and _inline_size(field)[1]
        }
        start = self.size
        positions: Dict[int, int] = {}
        for index in sorted(range(len(fields)), key=lambda i: (-_inline_size(fields[i])[0], -i)):
            field, item = fields[index], content.get(fields[index].name)
            if field.name in children:
                self._push_reference(children[field.name])
            elif item is None or not self._push_inline(field, item):
                continue
            positions[index] = self.size
        self._align(_OFFSET_BYTES)
        table_position = self.size + _OFFSET_BYTES
        slots = 1 + max(positions, default=-1)
        offsets = [table_position - positions[i] if i in positions else 0 for i in range(slots)]
        vtable = struct.pack(f"<{2 + slots}H", 4 + 2 * slots, table_position - start, *offsets)
        known = self._vtables.get(vtable)
        vtable_position = known if known is not None else table_position + len(vtable)
        self._push(struct.pack("<i", vtable_position - table_position))
        if known is None:
            self._push(vtable)
            self._vtables[vtable] = vtable_position
        return table_position

    def _push_inline(self, field: Field, item: Any) -> bool:
        """A scalar or struct inside its table; False for a default, which is not stored."""
        if field.type in STRUCTS:
            layout, alignment = STRUCTS[field.type]
            self._push_aligned(struct.pack(layout, *item), alignment)
            return True
        layout = "<" + scalar_format(field.type)
        data = struct.pack(layout, item)
        if data == struct.pack(layout, field.default):
            return False
        self._push_aligned(data, len(data))
        return True

    def finish(self, root: int) -> bytes:
        self._align(self._alignment, _OFFSET_BYTES)
        self._push_reference(root)
        return b"".join(reversed(self._parts))


def _inline_size(field: Field) -> Tuple[int, bool]:
    """The size that orders a table's fields (flatc counts 4 for a struct), and whether the field is a reference."""
    if field.type in STRUCTS:
        return 4, False
    code = scalar_format(field.type)
    return (struct.calcsize(code), False) if code else (_OFFSET_BYTES, True)


def encode_graph(graph: Dict[str, Any]) -> bytes:
    """FlatBuffers bytes of a Graph. None or a missing key is an absent field; enums are integers."""
    builder = _Builder()
    return builder.finish(builder.table(ROOT, graph))
