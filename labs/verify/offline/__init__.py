"""Exams without a world: what a customer would make of a deployment that is nothing but a rule.

A workload is a pure function of seed, answers and the site's final state. So an exam of a deployment that looks at
nothing, or of one that was played before and is now altered, is written down in a second and judged as any other.

    base        where answers come from: nowhere (all fields filled with something), or a lap that was kept
    stage       what a seed deals: timeline, data, requests
    site        the final state of parts that nobody was in touch with
    play        one exam: answers by a base and its changes, evidence, and the real grader
    changes     degenerate deployments, generated from what a workload declares that one decides
    losses      each answer field and each column lost: constant, empty, shuffled
    sabotage    a share of answers spoilt, so that a bounded check stays within its bound
    extremes    all of these for one scenario, and what they find
"""
