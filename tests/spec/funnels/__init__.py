"""Funnels: how many went from step to step, and how fast

A funnel has 2 to 20 steps, each of one or more events with filters. Whoever does step 1 in the date range makes an
attempt, which gets as far as the steps that follow in time. Each rule below is an example that our tests run.
"""
