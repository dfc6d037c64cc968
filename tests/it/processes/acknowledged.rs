//! What an acknowledgement is worth: each accepted command is in the log exactly once, each refused one not at all,
//! and a retry finds the first answer.

use std::collections::{HashMap, HashSet};

use futures::{StreamExt, stream};
use harness::Answer;
use sqlx::PgConnection;
use uuid::Uuid;

use super::fleet::Bases;
use super::load::{MARK, Outcome, position};
use super::log::Entry;

/// How often a repeat is sent.
const TRIES: usize = 3;
/// How many retries run at a time.
const AT_A_TIME: usize = 16;

/// What the log has of one request.
#[derive(Debug, Default)]
struct Appended {
    commands: HashSet<Uuid>,
    last_position: i64,
}

/// Asserts that the log has what clients were told, and nothing else of theirs.
pub(super) fn assert_exactly_once(log: &[Entry], outcomes: &[Outcome]) {
    let mut appended: HashMap<&str, Appended> = HashMap::new();
    for entry in log.iter().filter(|entry| entry.request_id.starts_with(MARK)) {
        let of_request = appended.entry(&entry.request_id).or_default();
        of_request.commands.insert(entry.command_id);
        of_request.last_position = entry.position;
    }
    for outcome in outcomes {
        let found = appended.remove(outcome.key.as_str()).unwrap_or_default();
        let (said, what) = (&outcome.answer.body, format!("{} {} {}", outcome.key, outcome.path, outcome.body));
        let expected = usize::from(outcome.is_success());
        assert_eq!(found.commands.len(), expected, "times in the log: {what} after {} tries: {said:#}", outcome.tries);
        if outcome.is_success() {
            assert_eq!(found.last_position, outcome.position(), "another position: {what}");
        }
    }
    assert!(appended.is_empty(), "in the log, but nobody was told: {:?}", appended.keys());
}

/// Asserts that each accepted command has its one row of memory, at the position that the client was told.
pub(super) async fn assert_remembered(connection: &mut PgConnection, outcomes: &[Outcome]) {
    let rows: Vec<(String, i64)> =
        sqlx::query_as(&format!("select key, position from idempotency_keys where key like '{MARK}%' order by key"))
            .fetch_all(connection)
            .await
            .expect("the database answers");
    let accepted = outcomes.iter().filter(|outcome| outcome.is_success());
    let mut told: Vec<(String, i64)> = accepted.map(|outcome| (outcome.key.clone(), outcome.position())).collect();
    told.sort();
    let mut rows = rows;
    rows.sort();
    assert_eq!(rows, told);
}

/// Sends a command until a server answers: it may have closed a connection that nobody used for a while.
async fn repeat(first: &Outcome, bases: &Bases, number: usize) -> Answer {
    for attempt in 0..TRIES {
        if let Ok(answer) = first.sent_to(bases.pick(number + attempt)).await {
            return answer;
        }
    }
    panic!("no answer to {} in {TRIES} tries", first.path)
}

/// Sends every accepted command once more under its key: the same status, resource and position, and no effect.
pub(super) async fn assert_repeats_are_answered_from_memory(bases: &Bases, outcomes: &[Outcome]) {
    let accepted = outcomes.iter().filter(|outcome| outcome.is_success());
    stream::iter(accepted.enumerate())
        .for_each_concurrent(AT_A_TIME, |(number, first)| async move {
            let again = repeat(first, bases, number).await;
            assert_eq!(again.status, first.answer.status, "{} {:#}", first.path, again.body);
            assert_eq!(again.header("idempotency-replayed"), Some("true"), "{}", first.path);
            assert_eq!((again.id(), position(&again)), (first.answer.id(), first.position()), "{}", first.path);
        })
        .await;
}
