"""Typed columns as text: dates as ISO, times in UTC, whole numbers without a point, nested values by name or as JSON."""

import polars as pl

_POINT_ZERO = r"\.0+$"


def flat(schema: pl.Schema) -> list[tuple[str, pl.Expr]]:
    """
    The columns of a table as text: of nested objects one for each name in them, with dots between.

    >>> frame = pl.DataFrame({"id": [7.0], "at": [{"city": "Ulm"}], "tags": [["a", "b"]]})
    >>> frame.select(text.alias(name) for name, text in flat(frame.schema)).row(0)
    ('7', 'Ulm', '["a","b"]')
    """
    return [piece for name, kind in schema.items() for piece in _pieces(name, pl.col(name), kind)]


def _pieces(name: str, column: pl.Expr, kind: pl.DataType) -> list[tuple[str, pl.Expr]]:
    if isinstance(kind, pl.Struct) and kind.fields:
        return [
            piece
            for field in kind.fields
            for piece in _pieces(f"{name}.{field.name}", column.struct.field(field.name), _made(field.dtype))
        ]
    return [(name, _text(column, kind))]


def _made(kind: object) -> pl.DataType:
    return kind if isinstance(kind, pl.DataType) else kind()  # type: ignore[operator]


def _text(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    match kind:
        case pl.Datetime():
            plain = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if kind.time_zone else column
            return plain.cast(pl.String).str.replace(_POINT_ZERO, "")
        case pl.Float32() | pl.Float64():
            return column.cast(pl.String).str.replace(_POINT_ZERO, "")
        case pl.Duration():
            return column.dt.to_string("iso")
        case pl.Binary():
            return column.map_elements(text_of_bytes, return_dtype=pl.String)
        case pl.List() | pl.Array() | pl.Struct():
            whole = pl.struct(column.alias("v")).struct.json_encode()
            return pl.when(column.is_not_null()).then(whole.str.slice(5, whole.str.len_chars() - 6))
    return column.cast(pl.String)


def text_of_bytes(value: bytes) -> str:
    r"""
    Bytes as the UTF-8 text that they are, else in hexadecimal.

    >>> text_of_bytes(b"Ulm"), text_of_bytes(b"\xff\x00")
    ('Ulm', '\\xff00')
    """
    try:
        return value.decode()
    except UnicodeDecodeError:
        return "\\x" + value.hex()
