"""Insights: how often, or by how many users, something was done

An Insights report counts one or more metrics (A, B, C …) over time. A metric is one or more events, with filters and
a measure; the whole can be filtered, and split by a property. Each rule below is an example that our tests run.
"""
