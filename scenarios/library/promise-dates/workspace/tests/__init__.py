"""Tests of the Promise API; none needs an ERP."""
