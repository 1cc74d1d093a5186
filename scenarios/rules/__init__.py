"""The rules of lint, one idea each: a function of a `Context` that reports problems to it."""

from scenarios.rules import brief, checks, datasets, deployment, fairness, faults, folder, phases, site, traffic
from scenarios.rules.context import Rule

EACH: tuple[Rule, ...] = (
    deployment.names_are_words,
    deployment.names_are_free,
    deployment.uses_are_parts,
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
    phases.names_differ,
    phases.jumps_are_ungraded,
    phases.messages_come_from_people,
    faults.strike_a_link,
    faults.are_of_one_kind,
    faults.pick_one_way,
    faults.come_and_go_in_time,
    checks.ids_differ,
    checks.ask_one_question,
    checks.measures_fit,
    checks.look_at_tables,
    checks.look_at_streams,
    checks.look_at_links,
    checks.look_at_graded_phases,
    checks.expect_a_fitting_number,
    checks.earn_from_zero,
    checks.needs_exist,
    brief.reader_is_a_person,
    brief.can_be_submitted,
    brief.decoys_are_wrong,
    brief.words_are_for_something,
    brief.numbers_have_units,
    brief.evidence_is_written,
    folder.is_complete,
    folder.variants_fit,
    folder.shortcuts_fail_checks,
)
"""Rules that say something true also of a scenario with mistakes in its shape."""

WHOLE: tuple[Rule, ...] = (
    phases.some_are_graded,
    phases.start_has_no_zone,
    site.limits_leave_time,
    checks.needs_end,
    checks.some_count,
    checks.questions_can_be_asked,
    brief.questions_can_be_asked,
    fairness.strikes_are_looked_at_where_there_are_some,
    fairness.denials_leave_room,
    fairness.three_bad_requests,
    fairness.quantiles_clear_of_faults,
)
"""Rules that add things up, or that need everything they look at."""
