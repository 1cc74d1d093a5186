"""Answers nobody, so that no answer is wrong."""

from app import toy

toy.tell("refused")
toy.serve(toy.sorry)
