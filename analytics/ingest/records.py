"""Batches ⇄ the bytes of a spool record."""

from __future__ import annotations

import msgspec

from analytics.events import AcceptedBatch, RejectedBatch

Batch = AcceptedBatch | RejectedBatch

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Batch] = msgspec.msgpack.Decoder(Batch)

UnreadableRecord = msgspec.MsgspecError


def encode(batch: Batch) -> bytes:
    return _encoder.encode(batch)


def decode(record: bytes) -> Batch:
    """UnreadableRecord if an other version wrote it."""
    return _decoder.decode(record)
