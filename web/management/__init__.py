"""Commands that span the apps: running the whole product on one machine, its demo project, imports of files.

The commands are thin; what they do is in the modules beside this one and in analytics.
"""
