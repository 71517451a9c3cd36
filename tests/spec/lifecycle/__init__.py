"""Lifecycle: who is new, who came back, who fell asleep

Each interval puts every user who was active in it, or in the one before, into one of four groups. Each rule below is
an example that our tests run.
"""
