//! Jobs that a request asks for, without an event.

use async_trait::async_trait;
use commands::PortError;
use commands::ports::queue::Queue;
use commands::reactors;

use super::queue::{Enqueued, JobQueue, within_deadline};
use super::reactor::stored;

#[async_trait]
impl Queue for JobQueue {
    async fn add(&self, job: reactors::NewJob) -> Result<bool, PortError> {
        let run_at = job.run_at;
        let job = stored(job).map_err(PortError::new)?;
        let enqueue = async { self.enqueue(&mut *self.pool.acquire().await?, &job).await };
        let enqueued = within_deadline(enqueue).await.map_err(PortError::new)?;
        self.announce(run_at);
        Ok(enqueued == Enqueued::Added)
    }
}
