//! Serves a router over HTTP until somebody says stop: bounded in connections, in the patience with slow clients, and
//! in the time that stopping takes.

mod connections;
mod signals;
#[cfg(test)]
mod tests;

pub use connections::{Limits, Listener, Peer, connections};
pub use signals::stop_signal;
