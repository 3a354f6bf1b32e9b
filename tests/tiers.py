"""Which tests belong to which tier. What stands in no row here is ``quick``.

``pytest`` runs the quick tier; ``pytest -m slow`` another one; ``pytest -m ""`` all of them. Tests
that are named by their file run whatever their tier.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache

TIERS: dict[str, str] = {
    "faults": """
        tests/crawl/test_faults.py
        tests/crawl/test_kill.py
        tests/storage/test_archive_kills.py
        tests/storage/database/test_processes.py
        tests/cli/test_full_disk.py
        tests/cli/test_import_damage.py::test_killed_*
        tests/cli/test_import.py::test_killed_*
        tests/cli/test_import.py::test_a_signal_*
        tests/cli/test_import.py::test_a_full_disk_*
        tests/cli/test_reextract.py::test_killed_*
        tests/cli/test_notices.py::test_killed_*
        tests/storage/maintenance/test_copy.py::test_killed_*
        tests/storage/database/test_upgrade.py::test_a_full_disk_*
        tests/storage/database/test_upgrade.py::test_an_upgrade_that_ends_at_any_statement_is_undone
    """,
    "hostile": """
        tests/hostile/*
        tests/crawl/test_hostile_sources.py
        tests/storage/warc/test_budget.py
        tests/discovery/test_taming.py::test_what_was_quadratic_is_read
        tests/extraction/test_robustness.py::test_a_hazard_is_read_or_refused
        tests/cli/test_opml.py::test_hostile_documents_*
        tests/isolation/test_takeover.py
    """,
    "browser": "tests/web/browser/*",
    "fuzz": "tests/benchmarks/test_fuzz.py",
    "floors": "tests/extraction/test_floors.py",
    "benchmark": """
        tests/benchmarks/test_soak.py
        tests/benchmarks/test_serve_corpus.py
        tests/benchmarks/test_pipeline_benchmark.py
        tests/benchmarks/test_extraction_benchmark.py
    """,
    "postgres": """
        tests/storage/database/test_postgres.py
        tests/cli/test_on_postgres.py
        tests/cli/test_images.py::test_backup_and_copies_have_it
        *[[]*postgres*
        tests/storage/integrity/test_shape.py::test_what_hangs_on_a_table_of_a_server_is_named*
    """,
    "slow": """
        tests/crawl/test_year.py
        tests/crawl/test_page_states.py::test_it_is_asked_again*
        tests/crawl/test_any_life_of_a_page.py
        tests/cli/test_pairs.py
        tests/cli/test_file_modes.py
        tests/storage/saving/test_two_outlets.py
        tests/storage/maintenance/test_backup.py
        tests/storage/database/test_upgrade.py
        tests/storage/integrity/test_shape.py
        tests/cli/test_export.py::test_what_is_no_file_is_written_to*
        tests/cli/test_export.py::test_a_signal_*
        tests/cli/test_export.py::test_standard_output_is_the_file*
        tests/cli/test_export_warc.py::test_standard_output_but_no_terminal
        tests/cli/test_crawl.py::test_a_reader_that_leaves_*
        tests/cli/test_crawl.py::test_a_signal_*
        tests/cli/test_fetch.py::test_a_fetch_leaves_a_host_the_rest_*
        tests/cli/test_fetch.py::test_a_fetch_waits_its_turn_*
        tests/cli/test_completion.py::test_nothing_is_said_*
        tests/cli/test_progress.py::test_every_long_command_*
        tests/tools/test_references.py::*command_reference*
        tests/cli/test_read.py::test_closed_streams_*
        tests/cli/test_read.py::test_output_that_*
        tests/cli/test_read.py::test_output_in_*
        tests/cli/test_signals.py
        tests/cli/test_discover.py::test_a_narrow_terminal
        tests/cli/test_reextract.py::test_a_person_is_asked*
        tests/cli/test_discover.py::test_a_terminal_of_80_columns_*
        tests/kliping/test_python_api.py::test_a_program_that_forgets_*
        tests/cli/test_demo.py::test_it_*
        tests/cli/test_demo.py::test_without_a_file_*
        tests/cli/test_demo.py::test_a_reader_that_leaves_*
        tests/storage/integrity/test_proof.py::test_a_flipped_byte_*
        tests/storage/integrity/test_proof.py::test_any_change_*
        tests/storage/ledger/test_health.py::test_a_change_is_raised_*
        tests/storage/ledger/test_health.py::test_a_bounded_number_*
        tests/storage/reading/test_library.py::test_the_nearest_id*
        tests/storage/maintenance/test_copy.py::test_what_*
        tests/storage/integrity/test_verify.py::test_a_value_of_another_kind_*
        tests/storage/test_rights.py::test_a_changed_mark_*
        tests/storage/frontier/test_turns.py
        tests/output/test_outputs.py::test_on_a_terminal*
        tests/isolation/test_sandbox.py
        tests/crawl/test_parts.py::test_by_the_command_line*
        tests/cli/test_secrets.py
        tests/cli/test_secret_ways.py
        tests/cli/test_read.py::test_reading_goes_on_*
        tests/cli/test_verify.py::test_half_a_page_*
        tests/cli/test_outbox.py::test_each_hit_*
        tests/cli/test_schedule.py::test_the_scheduled_backup_*
        tests/cli/test_completion.py::test_in_a_real_*
        tests/kliping/test_python_api.py::test_a_forked_child_*
        tests/crawl/test_parts.py::test_half_an_article_*
        tests/storage/saving/test_never_worse.py::test_a_page_that_lost_text_*
        tests/storage/saving/test_earlier.py::test_what_lost_text_gives_way_*
        tests/crawl/test_stored.py::test_a_large_page_*
        tests/crawl/test_stored.py::test_a_source_may_bring_*
        tests/crawl/test_polling.py::test_a_backfill_walks_*
        tests/storage/maintenance/test_copy.py::test_a_target_*
        tests/storage/maintenance/test_copy.py::test_a_page_compressed_*
        tests/storage/reextraction/test_reextracting.py::test_it_is_resumed_*
        tests/cli/test_explain.py::test_standard_input
    """,
}
"""For each tier the tests in it, as patterns of their ids; a file alone stands for all in it. The
first tier that has a test is its own."""

KEPT = """
    tests/storage/database/test_processes.py::test_what_was_acknowledged_survives_a_kill[[]0[]]
    tests/crawl/test_hostile_sources.py::test_an_etag_that_changes_each_time_makes_no_news
    tests/crawl/test_hostile_sources.py::test_odd_dates_keep_no_page_from_being_filed
    tests/isolation/test_takeover.py::test_a_pickle_is_no_answer
    tests/benchmarks/test_fuzz.py::test_what_was_found_stays_mended*
    tests/extraction/test_floors.py::test_own_pages
    tests/benchmarks/test_soak.py::test_a_steady_soak_is_good
    tests/storage/test_archive.py::*postgres*
    tests/storage/database/test_upgrade.py::test_a_kill_at_the_commit_undoes_all
    tests/storage/maintenance/test_backup.py::test_a_backup_made_while_others_write_is_of_one_moment
    tests/storage/integrity/test_shape.py::test_statistics_hold_nothing_but_counts*
    tests/cli/test_file_modes.py::test_a_mode_that_was_given_is_kept*
    tests/isolation/test_sandbox.py::test_after_a_crash_the_next_task_runs
    tests/isolation/test_sandbox.py::test_a_child_that_hangs_is_stopped
    tests/cli/test_secrets.py::test_a_login_is_hidden_and_nothing_else
    tests/cli/test_demo.py::test_it_names_the_database_and_commands_that_work
    tests/storage/frontier/test_turns.py::test_a_run_that_dies_*sqlite*
    tests/cli/test_secrets.py::test_an_address_is_kept_without_its_login
    tests/cli/test_secrets.py::test_no_traceback_shows_one[[]list[]]
    tests/cli/test_secret_ways.py::test_the_table[[]what_a_person_fetches[]]
    tests/crawl/test_year.py::test_four_days
    tests/cli/test_export.py::test_standard_output_is_the_file[[]csv[]]
    tests/cli/test_signals.py::test_a_second_signal_cancels_at_once
    tests/storage/saving/test_two_outlets.py::test_nobody_writes_anothers_article_on_a_short_walk
    tests/crawl/test_page_states.py::test_it_is_asked_again[[]*-is listed[]]
    tests/crawl/test_page_states.py::test_it_is_asked_again[[]failed for good-*changed[]]
    tests/crawl/test_page_states.py::test_it_is_asked_again[[]down for good-is retried[]]
    tests/crawl/test_page_states.py::test_it_is_asked_again[[]rejected once-the rule changes[]]
    tests/crawl/test_page_states.py::test_it_is_asked_again[[]forbidden once-robots.txt changes[]]
    tests/storage/saving/test_never_worse.py::test_a_page_that_lost_*[[]sqlite-the beginning*
    tests/storage/saving/test_earlier.py::test_what_lost_*[[]sqlite-its letters read as others*
    tests/storage/integrity/test_proof.py::test_any_change_*[[]UPDATE version SET body = body*[]]
    tests/storage/integrity/test_proof.py::test_a_flipped_byte_*[[]3-*[]]
"""
"""What stays in the quick tier all the same: a case of each kind."""


def tier_of(test: str) -> str:
    """The tier of a test, by its id."""
    if _matches(test, _rows(KEPT)):
        return "quick"
    return next((tier for tier, rows in TIERS.items() if _matches(test, _rows(rows))), "quick")


def has_quick(path: str) -> bool:
    """Whether the quick tier has a test of this file."""
    return tier_of(path) == "quick" or any(row.startswith(f"{path}::") for row in _rows(KEPT))


@cache
def _rows(text: str) -> tuple[str, ...]:
    return tuple(row.strip() for row in text.splitlines() if row.strip())


def _matches(test: str, rows: tuple[str, ...]) -> bool:
    return any(fnmatchcase(test, row) or test.startswith((f"{row}::", f"{row}[")) for row in rows)
