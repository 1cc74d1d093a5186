"""Tests of the slotter; none needs a drop or a WMS."""
