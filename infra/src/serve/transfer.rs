//! Bodies on their way: while one is, it is the client that the house waits for.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::hall::{Seat, Turn};

/// A body that tells its connection's seat when all of it has been transferred, or nobody wants the rest.
pub(super) struct Transfer<B> {
    body: B,
    seat: Arc<Seat>,
    /// The seat's turn while it lasts.
    turn: u64,
    then: Then,
}

/// What comes after it.
#[derive(Debug, Clone, Copy)]
enum Then {
    /// The request has come: the house is at work.
    Serve,
    /// The answer has gone: the client may ask again.
    Ask,
}

impl<B: Body> Transfer<B> {
    /// A request's body, which is on its way from the client.
    pub(super) fn from_client(body: B, seat: Arc<Seat>) -> Self {
        Self::begin(body, seat, Then::Serve)
    }

    /// An answer's body, which is on its way to the client.
    pub(super) fn to_client(body: B, seat: Arc<Seat>) -> Self {
        Self::begin(body, seat, Then::Ask)
    }

    fn begin(body: B, seat: Arc<Seat>, then: Then) -> Self {
        let mut transfer = Self { turn: seat.waits_for(Turn::Finish), body, seat, then };
        transfer.note_end();
        transfer
    }

    fn note_end(&mut self) {
        if self.body.is_end_stream() {
            self.end();
        }
    }
}

impl<B> Transfer<B> {
    fn end(&mut self) {
        // An answer may be on its way before the request's body is given up: that is another turn.
        if self.seat.is_at(self.turn) {
            match self.then {
                Then::Serve => self.seat.is_served(),
                Then::Ask => drop(self.seat.waits_for(Turn::Ask)),
            }
        }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Transfer<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        match &frame {
            Poll::Ready(None | Some(Err(_))) => self.end(),
            Poll::Ready(Some(Ok(_))) if matches!(self.then, Then::Serve) => self.note_end(),
            Poll::Ready(Some(Ok(_))) | Poll::Pending => {}
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> Drop for Transfer<B> {
    fn drop(&mut self) {
        self.end();
    }
}
