//! What a shaken fleet must still keep of what its clients were told.

use harness::say;
use sqlx::PgConnection;

use super::acknowledged::{assert_exactly_once, assert_remembered, assert_repeats_are_answered_from_memory};
use super::fleet::Fleet;
use super::load::Outcome;
use super::log;
use super::replay::Replay;
use super::settled::settled;
use super::views::assert_equal_to_their_rebuild;

/// Asserts all of it: every acknowledged command in the log exactly once, every retry without effect, no gap in the
/// log, no night sold twice, and views that equal their rebuild. Prints the figures under the name `what`.
pub(super) async fn assert_unharmed(what: &str, connection: &mut PgConnection, fleet: &Fleet, outcomes: &[Outcome]) {
    settled(connection).await;
    assert_repeats_are_answered_from_memory(&fleet.bases(), outcomes).await;
    let log = assert_log_is_what_was_told(connection, outcomes).await;
    let rows = assert_equal_to_their_rebuild(connection, fleet).await;
    report(what, outcomes, log, rows);
}

/// The part of it that the database alone shows; how many events there are.
pub(super) async fn assert_log_is_what_was_told(connection: &mut PgConnection, outcomes: &[Outcome]) -> usize {
    log::assert_well_formed(connection).await;
    let log = log::read(connection).await;
    assert_exactly_once(&log, outcomes);
    assert_remembered(connection, outcomes).await;
    Replay::of(&log);
    log.len()
}

/// Prints the figures.
pub(super) fn report(what: &str, outcomes: &[Outcome], events: usize, rows: usize) {
    let accepted = outcomes.iter().filter(|outcome| outcome.is_success()).count();
    let retried = outcomes.iter().filter(|outcome| outcome.tries > 1).count();
    say(&format!(
        "{what}: {} commands answered ({accepted} accepted, {retried} only after a retry), {events} events, {rows} \
         rows of views as rebuilt",
        outcomes.len(),
    ));
}
