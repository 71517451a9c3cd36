"""What can be asked about: tables, columns, and how a property becomes a column. Knows no query and no connection."""
