use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;

use super::page::Page;

/// Upper bounds of the histogram's buckets, in seconds.
const BOUNDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0];

/// The requests that were answered since the process started, by method and route.
///
/// Both come from closed lists, so that no client can make it grow.
#[derive(Debug, Clone, Default)]
pub(crate) struct Traffic(Arc<Mutex<BTreeMap<Endpoint, Series>>>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Endpoint {
    method: &'static str,
    route: String,
}

#[derive(Debug, Default)]
struct Series {
    by_status: BTreeMap<u16, u64>,
    /// By the first bound that an answer kept to; what kept to none counts in `answered` alone.
    by_bound: [u64; BOUNDS.len()],
    answered: u64,
    took: Duration,
}

impl Series {
    fn count(&mut self, status: StatusCode, took: Duration) {
        *self.by_status.entry(status.as_u16()).or_default() += 1;
        let seconds = took.as_secs_f64();
        let kept = BOUNDS.iter().zip(&mut self.by_bound).find(|(bound, _)| seconds <= **bound);
        if let Some((_, answers)) = kept {
            *answers += 1;
        }
        self.answered += 1;
        self.took = self.took.saturating_add(took);
    }
}

impl Traffic {
    /// Counts an answer.
    pub(crate) fn count(&self, method: &'static str, route: &str, status: StatusCode, took: Duration) {
        let endpoint = Endpoint { method, route: route.to_owned() };
        // Counting cannot panic halfway, so that a poisoned lock guards sound numbers.
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(endpoint).or_default().count(status, took);
    }

    /// Writes `http_requests_total` and `response_time_seconds`.
    pub(super) fn write(&self, page: &mut Page) {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        page.begin("http_requests_total", "counter", "Requests that were answered.");
        for (Endpoint { method, route }, series) in all.iter() {
            for (status, answers) in &series.by_status {
                let labels = [("method", *method), ("endpoint", route), ("status", &status.to_string())];
                page.sample("http_requests_total", &labels, answers);
            }
        }
        page.begin("response_time_seconds", "histogram", "How long answers took.");
        for (endpoint, series) in all.iter() {
            write_times(page, endpoint, series);
        }
    }
}

fn write_times(page: &mut Page, Endpoint { method, route }: &Endpoint, series: &Series) {
    let mut bucket = |bound: &str, answers: u64| {
        let labels = [("method", *method), ("endpoint", route), ("le", bound)];
        page.sample("response_time_seconds_bucket", &labels, answers);
    };
    let mut within = 0;
    for (bound, answers) in BOUNDS.iter().zip(&series.by_bound) {
        within += answers;
        bucket(&bound.to_string(), within);
    }
    bucket("+Inf", series.answered);
    let labels = [("method", *method), ("endpoint", route.as_str())];
    page.sample("response_time_seconds_sum", &labels, series.took.as_secs_f64());
    page.sample("response_time_seconds_count", &labels, series.answered);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_status_and_by_how_long_they_took() {
        let traffic = Traffic::default();
        for (status, millis) in [(200, 4), (200, 100), (404, 101), (200, 6_000)] {
            let status = StatusCode::from_u16(status).unwrap();
            traffic.count("GET", "/places/{id}", status, Duration::from_millis(millis));
        }
        let mut page = Page::default();
        traffic.write(&mut page);
        let text = page.finish();
        let here = r#"method="GET",endpoint="/places/{id}""#;
        for line in [
            format!("http_requests_total{{{here},status=\"200\"}} 3"),
            format!("http_requests_total{{{here},status=\"404\"}} 1"),
            format!("response_time_seconds_bucket{{{here},le=\"0.005\"}} 1"),
            format!("response_time_seconds_bucket{{{here},le=\"0.1\"}} 2"),
            format!("response_time_seconds_bucket{{{here},le=\"5\"}} 3"),
            format!("response_time_seconds_bucket{{{here},le=\"+Inf\"}} 4"),
            format!("response_time_seconds_sum{{{here}}} 6.205"),
            format!("response_time_seconds_count{{{here}}} 4"),
        ] {
            assert!(text.lines().any(|told| told == line), "{line} in {text}");
        }
    }
}
