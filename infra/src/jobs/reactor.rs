//! From the log to the queue: a reactor follows the log as a projection does, but writes jobs.

use std::sync::Arc;

use async_trait::async_trait;
use commands::reactors::{self, REACTORS, Reactor};
use domain::RecordedEvent;
use projections::Projection;
use projections::engine::ApplyError;
use serde_json::Value;
use sqlx::PgConnection;

use super::job::{Lane, NewJob};
use super::queue::JobQueue;

/// A reactor with its checkpoint. It stores jobs in the transaction that moves the checkpoint, so each event is answered
/// exactly once; it starts at the log's head, and no rebuild ever runs it.
#[derive(Clone)]
pub struct JobReactor {
    reactor: Reactor,
    queue: JobQueue,
}

impl JobReactor {
    /// One of each reactor of the house, all writing to this queue.
    pub fn all(queue: &JobQueue) -> Vec<Arc<dyn Projection>> {
        let with_queue = |reactor: &Reactor| Self { reactor: *reactor, queue: queue.clone() };
        REACTORS.iter().map(|reactor| Arc::new(with_queue(reactor)) as Arc<dyn Projection>).collect()
    }
}

#[async_trait]
impl Projection for JobReactor {
    fn name(&self) -> &'static str {
        self.reactor.name
    }

    /// Reactors have no shape that could change: a new version would start at the head and miss what lies before.
    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &[]
    }

    fn starts_at_head(&self) -> bool {
        true
    }

    async fn apply(&self, conn: &mut PgConnection, event: &RecordedEvent) -> Result<(), ApplyError> {
        let Some(job) = self.reactor.react(event) else { return Ok(()) };
        let run_at = job.run_at;
        self.queue.enqueue(conn, &stored(job).map_err(|error| ApplyError::Refused(error.to_string()))?).await?;
        self.queue.announce(run_at);
        Ok(())
    }
}

/// A job as the queue keeps it.
pub(super) fn stored(job: reactors::NewJob) -> Result<NewJob, serde_json::Error> {
    let payload: Value = serde_json::to_value(&job.task)?;
    let lane = if job.task.calls_out() { Lane::Outside } else { Lane::House };
    Ok(NewJob { lane, ..NewJob::new(job.task.kind(), job.key, payload, job.run_at) })
}
