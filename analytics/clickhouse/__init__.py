"""The only room that talks to ClickHouse: client, executor, writer, migrations, and the embedded server.

It must not know queries, projects' people or pages: SQL and values come in, rows and errors go out.
"""
