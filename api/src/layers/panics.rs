use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::response::{IntoResponse, Response};

use crate::failure::{ApiError, Failure};

/// How many requests have panicked since the process started.
#[derive(Debug, Clone, Default)]
pub struct Panics(Arc<AtomicU64>);

impl Panics {
    /// The count.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Counts a panic and answers 500, saying nothing of why: that is for the log.
    pub(crate) fn answer(&self, panic: &(dyn Any + Send)) -> Response {
        self.0.fetch_add(1, Ordering::Relaxed);
        let text = panic.downcast_ref::<&str>().copied();
        let message =
            text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message");
        ApiError::caused_by(Failure::Internal, format!("panic: {message}")).into_response()
    }
}
