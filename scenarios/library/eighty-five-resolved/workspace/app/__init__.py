"""Passo's support bot."""
