"""The rules of lint, one idea each: a function of a `Context` that reports problems to it."""

from scenarios.rules import (
    brief,
    business,
    checks,
    coverage,
    datasets,
    deployment,
    deployments,
    equivalents,
    fairness,
    faults,
    folder,
    goals,
    guide,
    people,
    phases,
    processes,
    site,
    traffic,
)
from scenarios.rules.context import Rule
from scenarios.shape import Loc

EACH: tuple[Rule, ...] = (
    goals.are_explained,
    deployment.names_are_words,
    deployment.names_are_free,
    deployment.uses_are_parts,
    deployment.tests_stay_inside,
    deployment.editable_stays_inside,
    datasets.names_are_words,
    datasets.columns_are_of_one_kind,
    datasets.drifts_fit,
    datasets.dirt_is_of_one_kind,
    datasets.hang_together,
    site.parameters_fit,
    site.settings_fit,
    traffic.goes_to_a_service,
    traffic.workloads_fit,
    traffic.is_some,
    people.know_something,
    traffic.phases_know_it,
    business.are_of_their_own,
    business.are_computable,
    people.hear_words,
    people.facts_are_one_persons,
    people.contradictions_are_decided,
    people.untold_is_untold,
    people.something_is_left,
    phases.names_differ,
    phases.jumps_are_ungraded,
    phases.excuses_are_for_ungraded_phases,
    phases.messages_come_from_people,
    faults.target_a_link,
    faults.are_of_one_kind,
    faults.pick_one_way,
    faults.come_and_go_in_time,
    processes.target_a_process,
    processes.parts_stand_still_in_their_phase,
    processes.squeezes_are_tight,
    processes.runtimes_can_carry_it_out,
    checks.ids_differ,
    checks.names_are_free,
    checks.ask_one_question,
    checks.measures_fit,
    checks.run_the_tests_that_they_read,
    checks.look_at_tables,
    checks.look_at_streams,
    checks.look_at_links,
    checks.look_at_graded_phases,
    checks.expect_a_fitting_number,
    checks.earn_from_zero,
    checks.can_break_and_be_met,
    checks.book_on_accounts,
    checks.needs_exist,
    brief.reader_is_a_person,
    brief.can_be_submitted,
    brief.incidents_can_be_recorded,
    brief.something_can_be_told_apart,
    brief.decisions_mend_causes,
    brief.numbers_have_units,
    brief.evidence_is_written,
    folder.is_complete,
    folder.variants_fit,
    folder.incident_unpacks,
    folder.shortcuts_fail_checks,
    deployments.commands_find_their_files,
    guide.leads_on,
)
"""Rules that say something true also of a scenario with mistakes in its shape."""

_PHASES: tuple[Loc, ...] = (("phases",),)
_WORLD: tuple[Loc, ...] = (("phases",), ("traffic",), ("deployment", "services"))
_TABLES: tuple[Loc, ...] = (("site",), ("traffic",))

WHOLE: tuple[tuple[Rule, tuple[Loc, ...]], ...] = (
    (phases.some_are_graded, _PHASES),
    (phases.lap_ends, _PHASES),
    (traffic.can_be_borne, (*_PHASES, ("traffic",))),
    (phases.shifts_are_looked_at, (*_PHASES, ("checks",))),
    (phases.start_has_no_zone, (("clock",),)),
    (site.limits_leave_time, (*_PHASES, ("site",))),
    (coverage.measures_are_taken_in_every_graded_phase, (*_PHASES, ("checks",))),
    (checks.needs_end, (("checks",),)),
    (checks.some_count, (("checks",),)),
    (checks.questions_can_be_asked, _TABLES),
    (brief.questions_can_be_asked, (*_TABLES, ("brief",))),
    (fairness.injections_exist, _PHASES),
    (fairness.injections_need_a_check_on_answers, ()),
    (fairness.refusals_leave_room, _WORLD),
    (fairness.three_bad_requests, _WORLD),
    (fairness.quantiles_clear_of_faults, _WORLD),
)
"""Rules that add things up: each with the blocks in which, for that, nothing may stand in for a mistake."""

PROOF: tuple[Rule, ...] = (
    deployments.prove_it, deployments.change_something, deployments.can_be_submitted,
    equivalents.speak_of_what_is_there, site.name_what_is_there,
)  # fmt: skip
"""Rules about what proves a scenario, which it can be played without while somebody writes it; and what takes time."""

UNDRAWN: frozenset[Rule] = frozenset({
    goals.are_explained, deployment.names_are_words, deployment.names_are_free, deployment.editable_stays_inside,
    checks.questions_can_be_asked, brief.reader_is_a_person, brief.can_be_submitted,
    brief.something_can_be_told_apart, brief.decisions_mend_causes, brief.numbers_have_units, brief.evidence_is_written,
    brief.questions_can_be_asked, brief.incidents_can_be_recorded,
    people.know_something, people.hear_words, people.facts_are_one_persons, people.contradictions_are_decided,
    people.untold_is_untold, people.something_is_left,
    folder.is_complete, folder.variants_fit, folder.incident_unpacks, folder.shortcuts_fail_checks,
    deployments.commands_find_their_files, guide.leads_on,
})  # fmt: skip
"""Rules about what no draw can change, which are asked once."""
