"""How SQL is spelled: text with bound parameters, and the compiled statement. Knows no table and no connection."""
