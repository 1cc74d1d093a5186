"""What can go wrong with the ERP."""


class ErpError(Exception):
    """The ERP did not do what we asked for."""
