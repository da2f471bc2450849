#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads, checks and writes .pinhole files (src/weights/reader.h has the layout).

Needs numpy alone. Writing what was read gives the same bytes when the file was written by this module or by the C++
writer; a graph that some other FlatBuffers program laid out differently comes back equal in content.
"""
import argparse
import os
import struct
import sys
import tempfile
from typing import Any, Dict, List, Tuple

import numpy as np

from crc32c import crc32c
from errors import ConvertError, run_command
from flat_read import decode_graph
from flat_schema import ENUMS
from flat_write import encode_graph
from layers import LAYERS, NAME_OF_ID
from model_check import check_model
from pinhole_model import NUMPY_TYPES, Attribute, EntryPoint, Model, Node, Preprocessing, Provenance, Value

MAGIC = b"PINHOLE\n"
VERSION = 1
_HEADER = "<8sIIQQQQI8x"  # 60 bytes; the checksum of these follows
_HEADER_BYTES = 64
_ALIGNMENT = 64
_DAMAGED = "the file is damaged: get it again"


def _padding(size: int) -> bytes:
    return bytes(-size % _ALIGNMENT)


def _enum(type_name: str, name: str) -> int:
    if name not in ENUMS[type_name]:
        raise ConvertError(f"'{name}' is no {type_name}, known are {', '.join(ENUMS[type_name])}, use one of them")
    return ENUMS[type_name].index(name)


# --- Writing ---------------------------------------------------------------------------------------------------------


def _values_to_tables(values: List[Value]) -> Tuple[List[Dict[str, Any]], bytes]:
    """The values with their place in the tensor area, and the tensor area."""
    tables, area = [], bytearray()
    for value in values:
        storage = None
        if value.data is not None:
            data = np.ascontiguousarray(value.data, dtype=NUMPY_TYPES[value.dtype]).tobytes()
            area += _padding(len(area))
            storage = (len(area), len(data), crc32c(data))
            area += data
        tables.append({
            "name": value.name, "kind": _enum("ValueKind", value.kind), "dtype": _enum("DType", value.dtype),
            "shape": value.shape, "storage": storage,
        })
    return tables, bytes(area + _padding(len(area)))


def _node_to_table(node: Node) -> Dict[str, Any]:
    return {**vars(node), "op": LAYERS[node.op].id, "attributes": [vars(a) for a in node.attributes]}


def model_to_bytes(model: Model) -> bytes:
    """The bytes of a file. Deterministic: equal models give equal bytes."""
    check_model(model)
    values, area = _values_to_tables(model.values)
    graph = encode_graph({
        "name": model.name,
        "kind": _enum("FileKind", model.kind),
        "values": values,
        "nodes": [_node_to_table(node) for node in model.nodes],
        "entries": [{**vars(entry), "mode": _enum("Mode", entry.mode)} for entry in model.entries],
        "preprocessing": vars(model.preprocessing) if model.preprocessing else None,
        "provenance": vars(model.provenance) if model.provenance else None,
    })
    area_offset = _HEADER_BYTES + len(graph) + len(_padding(len(graph)))
    header = struct.pack(_HEADER, MAGIC, VERSION, _HEADER_BYTES, area_offset + len(area), _HEADER_BYTES, len(graph),
                         area_offset, crc32c(graph))
    return header + struct.pack("<I", crc32c(header)) + graph + _padding(len(graph)) + area


def write_file(model: Model, path: str) -> None:
    """Writes `path` so that it holds either the old or the new content after a crash."""
    data = model_to_bytes(model)
    folder = os.path.dirname(os.path.abspath(path))
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=os.path.basename(path) + ".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


# --- Reading ---------------------------------------------------------------------------------------------------------


def _split(data: bytes) -> Tuple[bytes, bytes]:
    """The graph and the tensor area, with header, lengths, checksums and padding proven."""
    if len(data) < _HEADER_BYTES or data[:8] != MAGIC:
        raise ConvertError(f"not a .pinhole file, header, the first 8 bytes must be {MAGIC!r}")
    _, version, header_bytes, file_bytes, graph_offset, graph_bytes, area_offset, graph_crc = struct.unpack_from(
        _HEADER, data)
    if crc32c(data[:60]) != struct.unpack_from("<I", data, 60)[0] or any(data[52:60]):
        raise ConvertError(f"checksum does not match, header, {_DAMAGED}")
    if version != VERSION:
        raise ConvertError(f"version {version}, header, this converter knows version {VERSION}")
    if file_bytes != len(data):
        raise ConvertError(f"{len(data)} bytes instead of {file_bytes}, header, the file is cut: get it again")
    graph_end = graph_offset + graph_bytes
    if header_bytes != _HEADER_BYTES or graph_offset != _HEADER_BYTES or not (
            graph_end <= area_offset <= len(data) and area_offset % _ALIGNMENT == 0):
        raise ConvertError(f"parts overlap or leave the file, header, {_DAMAGED}")
    graph = data[graph_offset:graph_end]
    if crc32c(graph) != graph_crc:
        raise ConvertError(f"checksum does not match, graph, {_DAMAGED}")
    if area_offset - graph_end >= _ALIGNMENT or any(data[graph_end:area_offset]):
        raise ConvertError(f"padding is not zero, after the graph, {_DAMAGED}")
    return graph, data[area_offset:]


def _table_to_value(table: Dict[str, Any], area: bytes) -> Value:
    name, dtype = table["name"], ENUMS["DType"][table["dtype"]]
    if table["shape"] is None or min(table["shape"]) < 1:
        raise ConvertError(f"no positive shape, '{name}', {_DAMAGED}")
    value = Value(name, ENUMS["ValueKind"][table["kind"]], table["shape"], dtype)
    if table["storage"] is not None:
        offset, size, checksum = table["storage"]
        count = size // np.dtype(NUMPY_TYPES[dtype]).itemsize
        n, h, w, c = value.shape
        if offset % _ALIGNMENT or offset + size > len(area) or n * h * w * c * np.dtype(
                NUMPY_TYPES[dtype]).itemsize != size:
            raise ConvertError(f"bytes outside the tensor area or of a wrong count, '{name}', {_DAMAGED}")
        if crc32c(area[offset:offset + size]) != checksum:
            raise ConvertError(f"checksum does not match, tensor '{name}', {_DAMAGED}")
        value.data = np.frombuffer(area, NUMPY_TYPES[dtype], count, offset).reshape(value.shape)
    return value


def _check_area(tables: List[Dict[str, Any]], area: bytes) -> None:
    """Tensors in the order of the values, apart from each other, everything between them zero."""
    end = 0
    for offset, size, _ in (table["storage"] for table in tables if table["storage"] is not None):
        if offset < end:
            raise ConvertError(f"tensors overlap or are out of order, tensor area at {offset}, {_DAMAGED}")
        if any(area[end:offset]):
            raise ConvertError(f"padding is not zero, tensor area before {offset}, {_DAMAGED}")
        end = offset + size
    if any(area[end:]):
        raise ConvertError(f"padding is not zero, end of the tensor area, {_DAMAGED}")


def _table_to_node(table: Dict[str, Any]) -> Node:
    if table["op"] not in NAME_OF_ID:
        raise ConvertError(f"unknown layer {table['op']}, '{table['name']}', use a newer converter")
    attributes = [
        Attribute(a["key"], *(tuple(v) if v is not None else None for v in (a["ints"], a["floats"])))
        for a in table["attributes"] or []
    ]
    lists = [table[key] or [] for key in ("inputs", "outputs", "parameters")]
    return Node(NAME_OF_ID[table["op"]], table["name"], attributes, *lists)


def model_from_bytes(data: bytes) -> Model:
    """The model in a file's bytes, every check made; parameters are read-only views of `data`."""
    graph_bytes, area = _split(data)
    graph = decode_graph(graph_bytes)
    _check_area(graph["values"], area)
    model = Model(
        graph["name"],
        ENUMS["FileKind"][graph["kind"]],
        [_table_to_value(table, area) for table in graph["values"]],
        [_table_to_node(table) for table in graph["nodes"]],
        [
            EntryPoint(e["name"], ENUMS["Mode"][e["mode"]], e["inputs"] or [], e["outputs"] or [])
            for e in graph["entries"]
        ],
        Preprocessing(**graph["preprocessing"]) if graph["preprocessing"] else None,
        Provenance(**graph["provenance"]) if graph["provenance"] else None,
    )
    check_model(model)
    return model


def read_file(path: str) -> Model:
    """The model in the file at `path`; ConvertError names the file and what is wrong with it."""
    with open(path, "rb") as file:
        data = file.read()
    try:
        return model_from_bytes(data)
    except ConvertError as error:
        raise ConvertError(f"{path}: {error}") from None


# --- Command ---------------------------------------------------------------------------------------------------------


def _describe(model: Model) -> None:
    print(f"{model.name}: {model.kind} file, {len(model.nodes)} layers")
    for node in model.nodes:
        shapes = " ".join("x".join(map(str, model.values[i].shape)) for i in node.inputs + node.outputs)
        stored = sum(model.values[i].data.size for i in node.parameters)
        print(f"  {node.name:<28} {node.op:<18} {shapes:<36} {stored or ''}".rstrip())
    for entry in model.entries:
        names = [", ".join(model.values[i].name for i in ids) for ids in (entry.inputs, entry.outputs)]
        print(f"  entry {entry.name} ({entry.mode}): {names[0]} -> {names[1]}")


def _main() -> None:
    parser = argparse.ArgumentParser(description="Check a .pinhole file and list its layers.")
    parser.add_argument("file", help="the .pinhole file")
    parser.add_argument("--rewrite", metavar="OUT", help="also write the model again, to OUT")
    arguments = parser.parse_args()
    model = read_file(arguments.file)
    _describe(model)
    if arguments.rewrite:
        write_file(model, arguments.rewrite)


if __name__ == "__main__":
    sys.exit(run_command(_main))
