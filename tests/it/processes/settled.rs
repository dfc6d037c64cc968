//! Waiting for what the program does by itself.

use std::time::Duration;

use sqlx::PgConnection;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// How long the program may take to come to rest.
const PATIENCE: Duration = Duration::from_secs(90);

/// Asks `question` (SQL that answers one boolean) until the answer is yes. Panics at the end of its patience, naming `what`.
pub(super) async fn until(connection: &mut PgConnection, what: &str, question: &str) {
    let deadline = Instant::now() + PATIENCE;
    let mut ticks = interval(Duration::from_millis(5));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if ask(connection, question).await {
            return;
        }
        assert!(Instant::now() < deadline, "{what}: not within {PATIENCE:?}");
    }
}

/// Asks once.
pub(super) async fn ask(connection: &mut PgConnection, question: &str) -> bool {
    sqlx::query_scalar(question).fetch_one(connection).await.expect("the database answers")
}

/// Whether every view and reactor has read the whole log.
pub(super) const CAUGHT_UP: &str = "select not exists (select from projection_checkpoints
                                                       where position < (select coalesce(max(position), 0) from events))";

/// Waits until every view and reactor has read the whole log and no job is due; asserts that none was given up.
pub(super) async fn settled(connection: &mut PgConnection) {
    let rest = format!("{CAUGHT_UP} and not exists (select from jobs where due_at <= now() or state = 'leased')");
    until(connection, "views, reactors and jobs come to rest", &rest).await;
    let dead: i64 = sqlx::query_scalar("select count(*) from jobs where state = 'dead'")
        .fetch_one(connection)
        .await
        .expect("the database answers");
    assert_eq!(dead, 0, "jobs were given up");
}
