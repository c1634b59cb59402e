//! What every backend of the store has to do, one function a behaviour, told to an empty [`Database`].
//!
//! A backend that comes after SQLite gives itself a `Database` and a line below; what only SQLite has to
//! answer for is in `sqlite`.

mod agents;
mod attempts;
mod audit;
mod call_logs;
mod callings;
mod challenges;
mod consents;
mod database;
mod directories;
mod invitations;
mod keys;
mod organizations;
mod sessions;
mod sqlite;
mod transactions;
mod units;

use database::Database;

/// The whole suite for one backend.
macro_rules! contract {
    ($backend:ident: $($room:ident { $($behaviour:ident,)* })*) => {
        mod $backend {$(
            mod $room {$(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $behaviour() {
                    let database = crate::Database::$backend().await;
                    crate::$room::$behaviour(&database).await;
                }
            )*}
        )*}
    };
}

macro_rules! every_backend {
    ($($backend:ident),*) => {$(
        contract! { $backend:
            directories {
                a_directory_reads_back_with_each_trouble,
                agents_with_live_sessions_are_asked_about_by_link_or_operator_id,
                a_finding_stays_beside_the_account_until_it_is_cleared,
            }
            units {
                a_unit_that_is_dropped_leaves_no_trace,
                what_is_not_committed_nobody_sees,
                a_reader_goes_on_with_what_it_began_with,
                units_at_once_come_one_after_the_other,
            }
            organizations {
                an_organisation_reads_back_as_it_was_written,
                a_handle_is_taken_once,
                nothing_hangs_in_the_air,
            }
            agents {
                an_agent_reads_back_as_it_was_written,
                what_is_taken_is_named,
                another_organisation_takes_what_it_likes,
                a_verified_user_finds_the_accounts_that_may_be_meant,
                a_weak_token_is_kept_as_its_hash_and_makes_its_organisation_hash,
            }
            callings {
                the_phones_that_have_to_hear_of_a_change_are_found,
                a_change_is_told_to_nobody_else,
                each_change_makes_a_newer_version_also_when_the_clock_goes_back,
                colleagues_are_the_others_who_can_be_called,
            }
            call_logs {
                an_entry_reads_back_as_it_was_handed_over,
                every_direction_and_outcome_reads_back,
                the_newest_revision_counts_whenever_it_comes,
                a_call_is_its_own_agents,
                one_writer_has_a_call_until_the_lease_ends,
                what_was_attempted_outlives_its_writer_and_settles,
                a_call_is_written_once_and_what_was_written_is_kept,
                a_revision_that_comes_while_another_is_written_is_not_lost,
                a_call_that_has_not_ended_waits_for_its_end_or_an_hour,
                a_clock_that_was_set_back_keeps_nothing_waiting,
                what_is_postponed_is_due_again_and_at_once_when_salesforce_is_back,
                what_is_refused_waits_for_a_newer_revision_or_an_administrator,
                organisations_are_written_for_apart,
                an_agent_who_writes_in_the_console_takes_own_calls_only,
                what_is_written_is_forgotten_after_a_while_and_a_debt_is_not,
            }
            challenges {
                a_challenge_is_used_once,
                a_challenge_is_for_its_own_key_and_organisation,
                a_challenge_expires,
            }
            consents {
                a_subject_has_one_live_consent,
                a_consent_counts_for_the_agent_who_gave_it,
                a_consent_is_revoked_by_its_own_agent_alone,
                consents_as_others_and_of_an_agent_end_together,
            }
            sessions {
                a_session_reads_back_as_it_was_written,
                a_session_ends_once_and_says_why,
                sessions_end_with_their_agent_and_with_their_consent,
                legacy_sessions_end_of_one_panel_or_of_all,
                ended_sessions_are_reported_since_a_moment,
                a_ticket_opens_one_socket,
            }
            transactions {
                a_transaction_reads_back_in_every_stage,
                a_transaction_moves_on_from_where_it_was_read,
                what_has_expired_is_swept_away,
            }
            attempts {
                attempts_are_counted_by_key_until_they_are_forgotten,
            }
            invitations {
                an_invitation_is_used_once_and_in_its_time,
                the_newest_invitation_is_the_only_one,
                a_password_is_kept_as_its_hash,
            }
            keys {
                keys_are_taken_up_once_and_go_with_the_server,
                beside_a_server_the_key_it_has_is_in_use,
                what_rests_on_a_key_is_counted_and_moves_on_when_it_is_touched,
                secrets_are_sealed_anew_when_a_key_is_taken_up,
                what_rests_on_a_key_is_given_up_with_it_and_nothing_else,
            }
            audit {
                the_newest_entries_come_first,
            }
        }
    )*};
}

every_backend!(on_sqlite);
