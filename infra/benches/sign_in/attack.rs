//! The attackers.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::scene::{Scene, exchange};

/// Between two attempts: 10,000 a minute.
const PERIOD: Duration = Duration::from_millis(6);
/// How long an attacker waits for its answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// An attack that goes on.
pub(crate) struct Attack {
    stop: CancellationToken,
    attackers: tokio::task::JoinHandle<()>,
}

impl Attack {
    /// Attempts from now on.
    pub(crate) fn begin(scene: &Arc<Scene>) -> Self {
        let stop = CancellationToken::new();
        let attackers = tokio::spawn(attempts(Arc::clone(scene), stop.clone()));
        Self { stop, attackers }
    }

    /// No further ones; done when all have their answers, so that nothing of it is left for the next round.
    pub(crate) async fn end(self) {
        self.stop.cancel();
        self.attackers.await.unwrap();
    }
}

async fn attempts(scene: Arc<Scene>, stop: CancellationToken) {
    let mut due = interval(PERIOD);
    // What was missed is made up for: the rate is what is offered.
    due.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut under_way = JoinSet::new();
    while stop.run_until_cancelled(due.tick()).await.is_some() {
        let scene = Arc::clone(&scene);
        under_way.spawn(async move {
            let status = timeout(PATIENCE, exchange(scene.house(), scene.sign_in())).await;
            scene.note_attack(status.map_or(0, |status| status.as_u16()));
        });
        while under_way.try_join_next().is_some() {}
    }
    while under_way.join_next().await.is_some() {}
}
