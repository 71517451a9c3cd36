"""Frequency: in how many hours, days or weeks users did something

Users are counted by in how many distinct units they did the activity. Each rule below is an example that our tests
run.
"""
