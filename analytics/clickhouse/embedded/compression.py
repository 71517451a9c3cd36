"""Compressed frames: clickhouse-driver's own compressors, around our buffers. Knows nothing of what is inside."""

from __future__ import annotations

from clickhouse_cityhash.cityhash import CityHash128
from clickhouse_driver.compression import get_decompressor_cls
from clickhouse_driver.compression.lz4 import Compressor

from analytics.clickhouse.embedded.wire import Source

_FRAME_LIMIT = 1024 * 1024  # a frame is unpacked as a whole, so it stays small


def decompressed(source: Source) -> bytes:
    """The next frame's content: lz4, or zstd where that package is installed."""
    checksum = int.from_bytes(source.read(8), "little") << 64 | int.from_bytes(source.read(8), "little")
    method = source.read_one()
    content: bytes = get_decompressor_cls(method)(source).get_decompressed_data(method, checksum, 1)
    return content


def compress(data: bytes) -> bytes:
    """The data as lz4 frames."""
    return b"".join(_frame(data[start : start + _FRAME_LIMIT]) for start in range(0, len(data), _FRAME_LIMIT))


def _frame(data: bytes) -> bytes:
    compressor = Compressor()
    compressor.write(data)
    body: bytes = bytes([Compressor.method_byte]) + compressor.get_compressed_data(1)
    checksum: int = CityHash128(body)
    return (checksum >> 64).to_bytes(8, "little") + (checksum & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "little") + body
