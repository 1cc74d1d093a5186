"""`make docs`: the pages of `docs/` that come from the code, so that none of them can say what is not so.

blocks       a page with its generated blocks written anew; pure
commands     the command tree, from click
vocabulary   what a scenario may name, from the registries
evidence     the tables and columns of an evidence folder
outside      pages that lie beside their code (each part's, the workloads'), taken into the site: a hook of mkdocs
"""
