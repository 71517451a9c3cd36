"""The demo project: the events and people of a product that does not exist, with findings planted in them.

`Larkspur` is a planning app with a free and three paid plans. What happens in it follows from a seed and a moment, so
that the same moment gives the same events, and docs/demo.md can say what there is to find. It knows how to make events
and how to hand them to the write path; it does not know where projects, members or passwords live.
"""
