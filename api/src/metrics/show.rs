use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use projections::{ProjectionState, ProjectionStatus};

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
        write_projections(&mut page, &projections);
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

fn labels(projection: &ProjectionStatus) -> [(&str, &str); 1] {
    [("name", &projection.name)]
}
