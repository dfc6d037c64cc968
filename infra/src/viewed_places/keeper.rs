//! Writes what was noted, some at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use commands::ports::viewed_places::PlaceView;
use sqlx::PgPool;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{Noted, ROOM, keep};

/// How long views are gathered before they are written: ten statements a second, however many read.
const PACE: Duration = Duration::from_millis(100);
/// How long writing may take. Then its views are given up: nobody misses them.
const DEADLINE: Duration = Duration::from_secs(2);

/// The one who writes what this process notes.
pub(crate) struct Keeper {
    pool: PgPool,
    noted: mpsc::Receiver<Noted>,
    lost: Arc<AtomicU64>,
}

/// What is written together.
#[derive(Default)]
struct Batch {
    views: Vec<PlaceView>,
    waiting: Vec<oneshot::Sender<()>>,
}

impl Batch {
    fn add(&mut self, noted: Noted) {
        match noted {
            Noted::View(view) => self.views.push(view),
            Noted::Settle(written) => self.waiting.push(written),
        }
    }

    /// Whether it is written before its time: somebody waits, or there is no more room.
    fn is_urgent(&self) -> bool {
        !self.waiting.is_empty() || self.views.len() >= ROOM
    }
}

impl Keeper {
    pub(super) fn new(pool: PgPool, noted: mpsc::Receiver<Noted>, lost: Arc<AtomicU64>) -> Self {
        Self { pool, noted, lost }
    }

    /// Writes until `stop`, and then what is left.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let mut batch = Batch::default();
        while let Some(Some(())) = stop.run_until_cancelled(self.gather(&mut batch)).await {
            self.write(std::mem::take(&mut batch)).await;
        }
        self.noted.close();
        self.take_what_waits(&mut batch);
        self.write(batch).await;
    }

    /// Gathers from the first that comes on, for a while; `None` when nobody is left to note anything. What has been
    /// gathered when it is stopped halfway is in the batch.
    async fn gather(&mut self, batch: &mut Batch) -> Option<()> {
        batch.add(self.noted.recv().await?);
        let gathering = async {
            while !batch.is_urgent()
                && let Some(noted) = self.noted.recv().await
            {
                batch.add(noted);
            }
        };
        // That the time is over is how it usually ends.
        let _over = tokio::time::timeout(PACE, gathering).await;
        self.take_what_waits(batch);
        Some(())
    }

    /// At most as much as there is room for.
    fn take_what_waits(&mut self, batch: &mut Batch) {
        for _ in 0..ROOM {
            let Ok(noted) = self.noted.try_recv() else { break };
            batch.add(noted);
        }
    }

    async fn write(&self, Batch { views, waiting }: Batch) {
        if !views.is_empty() {
            match tokio::time::timeout(DEADLINE, keep(&self.pool, &views)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, views = views.len(), "views of places are lost"),
                Err(_) => tracing::warn!(views = views.len(), "views of places took too long to write and are lost"),
            }
        }
        let lost = self.lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            tracing::warn!(views = lost, "views of places found no room and are lost");
        }
        for written in waiting {
            // Who waited may have gone.
            let _gone = written.send(());
        }
    }
}
