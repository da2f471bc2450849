# SPDX-License-Identifier: Apache-2.0
"""FlatBuffers bytes -> plain dictionaries. Every offset is proven to lie inside the buffer before it is followed."""
import struct
from typing import Any, Dict, List, Optional

from errors import ConvertError
from flat_schema import ENUMS, ROOT, STRUCTS, TABLES, Field, scalar_format

_DAMAGED = "the file is damaged: get it again"


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        # Parts that do not overlap are fewer than the bytes; some sharing is legal, a bomb of references is not.
        self._parts_left = 16 * len(data)

    def _unpack(self, layout: str, position: int, where: str) -> Any:
        size = struct.calcsize(layout)
        if position < 0 or position + size > len(self._data):
            raise ConvertError(f"offset outside the graph, {where}, {_DAMAGED}")
        values = struct.unpack_from(layout, self._data, position)
        return values[0] if len(values) == 1 else values

    def _follow(self, position: int, where: str) -> int:
        return position + self._unpack("<I", position, where)

    def _count(self, position: int, where: str) -> int:
        count = self._unpack("<I", position, where)
        self._parts_left -= count
        if count > len(self._data) or self._parts_left < 0:
            raise ConvertError(f"{count} elements, {where}, {_DAMAGED}")
        return count

    def _string(self, position: int, where: str) -> str:
        size = self._count(position, where)
        text = self._unpack(f"<{size + 1}s", position + 4, where)
        try:
            if text[-1:] != b"\0" or b"\0" in text[:-1]:
                raise ValueError
            return text[:-1].decode("utf-8")
        except ValueError:
            raise ConvertError(f"not a zero-terminated UTF-8 string, {where}, {_DAMAGED}") from None

    def _vector(self, element: str, position: int, where: str) -> List[Any]:
        count = self._count(position, where)
        code = scalar_format(element)
        if code:
            values = self._unpack(f"<{count}{code}", position + 4, where) if count else ()
            return list(values) if count != 1 else [values]
        places = [(position + 4 + 4 * i, f"{where}[{i}]") for i in range(count)]
        return [self.table(element, self._follow(*place), place[1]) for place in places]

    def _field(self, field: Field, position: int, where: str) -> Any:
        if field.type in STRUCTS:
            return self._unpack(STRUCTS[field.type][0], position, where)
        code = scalar_format(field.type)
        if code:
            value = self._unpack("<" + code, position, where)
            if field.type in ENUMS and value >= len(ENUMS[field.type]):
                raise ConvertError(f"unknown {field.type} {value}, {where}, use a newer converter")
            return value
        target = self._follow(position, where)
        if field.type == "string":
            return self._string(target, where)
        if field.type.startswith("["):
            return self._vector(field.type[1:-1], target, where)
        return self.table(field.type, target, where)

    def table(self, table_name: str, position: int, where: str) -> Dict[str, Any]:
        """All fields of the schema; None for an absent string, struct, vector or table, the default for a scalar."""
        vtable = position - self._unpack("<i", position, where)
        vtable_bytes = self._unpack("<H", vtable, where)
        table_bytes = self._unpack("<H", vtable + 2, where)
        content: Dict[str, Any] = {}
        for index, field in enumerate(TABLES[table_name]):
            slot = 4 + 2 * index
            offset = self._unpack("<H", vtable + slot, where) if slot + 2 <= vtable_bytes else 0
            if offset >= table_bytes > 0 and offset:
                raise ConvertError(f"field outside its table, {where}, {_DAMAGED}")
            content[field.name] = _default(field) if not offset else self._field(
                field, position + offset, f"{where}.{field.name}")
            if field.required and content[field.name] is None:
                raise ConvertError(f"'{field.name}' is missing, {where}, {_DAMAGED}")
        return content

    def root(self) -> Dict[str, Any]:
        return self.table(ROOT, self._follow(0, "graph"), "graph")


def _default(field: Field) -> Optional[Any]:
    code = scalar_format(field.type)
    return struct.unpack(code, struct.pack(code, field.default))[0] if code else None


def decode_graph(data: bytes) -> Dict[str, Any]:
    """The Graph in `data` as dictionaries, enums as integers. ConvertError names the part that is wrong."""
    return _Reader(data).root()
