"""Deployments that try to win without doing the work.

deployments/   one cheat a file, submitted as `app/main.py`; `toy.py` is what they share, and an honest service
suite.py       the scenarios that they are examined in, and what holds for every one of them
table.py       all cheats: what they try, what they deserve, and what shows that they tried it
"""
