"""Retention: of those who did one thing, how many did another later

Users who did the birth event are put into cohorts by when they did it; the buckets after their birth say how many of
them did the return event. Each rule below is an example that our tests run.
"""
