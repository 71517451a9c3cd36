"""Flows: what users did before and after something

A Flows report begins (or ends) at an anchor, one or more events, and follows users step by step: what came right
after it, what came after that, and so on, and what came before. Each step shows the commonest events as nodes, and how
many went from each to each. Each rule below is an example that our tests run; a line is a node, with the number of
flows that go through it and where they go next.
"""
