//! One after the other: each of these tests keeps several processes and two cores busy by itself, and takes dozens of
//! the database's connections.

use tokio::sync::{Mutex, MutexGuard};

static TURN: Mutex<()> = Mutex::const_new(());

/// Waits until no other test of this kind runs.
pub(super) async fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().await
}
