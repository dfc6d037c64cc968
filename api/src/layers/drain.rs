//! The rest of a request whose answer did not wait for it.
//!
//! An answer may be ready before the body has come: nobody is signed in, too many have asked. Left unread, the rest
//! makes the server close the connection under a client that is still sending: it loses the answer, or fails with its
//! next request. So a little more is read, for a little while, before the answer goes out.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::EXPECT;
use axum::middleware::Next;
use axum::response::Response;
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt;

/// How much is read on, in bytes: the bodies of nearly all requests. Whoever sends more loses the connection.
const MOST: usize = 256 * 1024;
/// How long.
const PATIENCE: Duration = Duration::from_secs(1);

/// Where a body is left by those who stop reading it.
type Remains = Arc<Mutex<Option<Body>>>;

/// Reads on after an early answer.
pub(crate) async fn drain(request: Request, next: Next) -> Response {
    // Who asks before sending has sent nothing, and takes the answer for a no.
    if request.headers().contains_key(EXPECT) {
        return next.run(request).await;
    }
    let remains = Remains::default();
    let request = request.map(|body| Body::new(Watched { body, remains: Arc::clone(&remains) }));
    let response = next.run(request).await;
    let rest = remains.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(rest) = rest
        && tokio::time::timeout(PATIENCE, read_on(rest)).await.is_err()
    {
        tracing::debug!("a client was slow to send what nobody waits for");
    }
    response
}

async fn read_on(mut body: Body) {
    let mut read = 0;
    while read <= MOST
        && let Some(Ok(frame)) = body.frame().await
    {
        read += frame.data_ref().map_or(0, Bytes::len);
    }
}

/// A body that leaves its rest behind.
struct Watched {
    body: Body,
    remains: Remains,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if !self.body.is_end_stream() {
            let body = std::mem::take(&mut self.body);
            *self.remains.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Router;
    use axum::http::{Request, StatusCode};
    use axum::middleware::from_fn;
    use axum::routing::post;
    use tower::ServiceExt as _;

    use super::*;

    /// Chunks of 1 KiB, counted as they are taken.
    struct Chunks {
        left: usize,
        taken: Arc<AtomicUsize>,
    }

    impl http_body::Body for Chunks {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            let Some(left) = self.left.checked_sub(1) else { return Poll::Ready(None) };
            self.left = left;
            self.taken.fetch_add(1, Ordering::Relaxed);
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'x'; 1024])))))
        }
    }

    /// How many of `sent` chunks are taken from a request that is refused unread.
    async fn taken_of(sent: usize, expect: Option<&str>) -> usize {
        let routes = Router::new().route("/", post(async || StatusCode::UNAUTHORIZED)).layer(from_fn(drain));
        let taken = Arc::new(AtomicUsize::new(0));
        let mut request = Request::post("/");
        if let Some(expect) = expect {
            request = request.header(EXPECT, expect);
        }
        let body = Body::new(Chunks { left: sent, taken: Arc::clone(&taken) });
        let answer = routes.oneshot(request.body(body).unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        taken.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn an_early_answer_waits_for_the_rest_of_a_usual_request() {
        assert_eq!(taken_of(5, None).await, 5);
    }

    #[tokio::test]
    async fn it_does_not_wait_for_a_flood() {
        assert!(taken_of(100_000, None).await <= MOST / 1024 + 1);
    }

    #[tokio::test]
    async fn it_does_not_ask_for_a_body_that_nobody_wants() {
        assert_eq!(taken_of(5, Some("100-continue")).await, 0);
    }
}
