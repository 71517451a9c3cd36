"""Funnels as statements: events (rows) → chains (straight, or by moments) → attempts → numbers."""
