"""Mutation testing of a scenario's grade: the reference is the program under test, the grade is its test suite.

    operators     what is changed in a program: those of mutmut, and ours, one a file
    making        every mutant of the two solutions, without those that no world could tell apart
    sampling      the order in which they are examined
    equivalents   what the author found to make no difference, in the scenario's `equivalent.yaml`
    results       what became of each, one line each
    survey        the exams, and the score

The method is that of DeMillo, Lipton and Sayward (1978): of small changes to a correct program a test suite should
notice nearly all, and each that it does not notice is equivalent or a hole.
"""
