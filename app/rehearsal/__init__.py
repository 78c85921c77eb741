"""A cast of people with development keys who play purchases through the real use cases.

The replay, the demo and the tests play with it. Nothing here is used by an installation at work.
"""
