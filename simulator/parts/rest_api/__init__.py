"""A customer's REST API: records that change while they are read, and a contract that changes overnight.

`kind.REST_API` is what the registry takes; `README.md` says what authors can set.
"""
