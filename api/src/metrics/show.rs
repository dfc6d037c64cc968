use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use commands::ports::jobs::{JobCounts, JobState};
use jiff::Timestamp;
use projections::{ProjectionState, ProjectionStatus};

use super::cache::write_cache;
use super::page::Page;
use crate::state::ApiState;

/// What is known is told: while the database does not answer, the numbers of the log and the views are missing, and
/// those of this process are there.
pub(crate) async fn metrics(State(api): State<ApiState>) -> impl IntoResponse {
    let mut page = Page::default();
    if let Ok(head) = api.commands.ports().requests.head().await {
        page.single("hbnb_log_head", "The last position of the log.", head);
    }
    if let Ok(projections) = api.views.status().await {
        // An index that another version of this program feeds has the same name.
        let told = projections.into_iter().filter(|projection| projection.serves || !projection.outside);
        write_projections(&mut page, &told.collect::<Vec<_>>());
    }
    // Counting looks at every job that waits.
    if let Ok(jobs) = api.job_counts.or_ask(api.commands.ports().jobs.counts()).await {
        write_jobs(&mut page, &jobs, api.commands.now());
    }
    if let Some(counts) = api.views.cache_counts() {
        write_cache(&mut page, &counts);
    }
    page.begin("hbnb_searches_total", "counter", "Searches for places that were answered, by the engine that did.");
    for (engine, answered) in api.search.answered() {
        page.sample("hbnb_searches_total", &[("engine", engine.0)], answered);
    }
    page.single("hbnb_request_panics_total", "Requests that panicked.", api.panics.count());
    for metric in api.metrics.iter().flat_map(|metrics| metrics.now()) {
        page.single(metric.name, metric.help, metric.value);
    }
    api.traffic.write(&mut page);
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page.finish())
}

fn write_projections(page: &mut Page, projections: &[ProjectionStatus]) {
    page.begin("hbnb_projection_lag", "gauge", "Positions that a projection is behind the log.");
    for projection in projections {
        page.sample("hbnb_projection_lag", &labels(projection), projection.lag);
    }
    page.begin("hbnb_projection_failed", "gauge", "1 where a projection has stopped at an event.");
    for projection in projections {
        let failed = u8::from(projection.state == ProjectionState::Failed);
        page.sample("hbnb_projection_failed", &labels(projection), failed);
    }
}

fn write_jobs(page: &mut Page, jobs: &JobCounts, now: Timestamp) {
    page.begin("hbnb_jobs", "gauge", "Jobs that are not done, by state.");
    for (state, count) in [(JobState::Ready, jobs.ready), (JobState::Leased, jobs.leased), (JobState::Dead, jobs.dead)]
    {
        page.sample("hbnb_jobs", &[("state", state.name())], count);
    }
    let late = jobs.oldest_due.map_or(0, |due| now.as_second() - due.as_second());
    page.single(
        "hbnb_jobs_late_seconds",
        "How long the longest waiting due job has waited.",
        late.max(0).unsigned_abs(),
    );
}

fn labels(projection: &ProjectionStatus) -> [(&str, &str); 1] {
    [("name", &projection.name)]
}
