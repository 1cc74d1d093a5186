"""What a business in YAML costs: its expressions, and a judged answer beside the same in Python, in one run."""
