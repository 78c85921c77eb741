"""Mail: queued in the transaction of what it tells of, written and sent by the worker."""
