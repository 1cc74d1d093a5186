"""The ERP: SOAP 1.1, document/literal, ISO-8859-1. Its interface is described in `docs/erp-interface.md`."""
