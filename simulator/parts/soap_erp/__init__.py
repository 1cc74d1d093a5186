"""A 2009 ERP behind SOAP: few sessions, a nightly lock, German decimals, and a drop box for files.

`kind.SOAP_ERP` is what the registry takes; `stock` and `articles` are the truth that workloads share with it.
"""
