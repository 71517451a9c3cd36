"""A ClickHouse without a server to install: one process that owns a chDB data path and speaks the native TCP protocol.

    python -m analytics.clickhouse.embedded --data DIR --port N

It knows chDB and the protocol, and nothing of the product: no tables, no queries of ours. Read it from the bottom up:
wire (bytes), columns (where a column ends), blocks (data packets), packets (everything else on the wire), statements
(what the protocol says beside the SQL), engine (chDB), session (one connection), watcher (who went away), server.
"""
