//! Serves a router over HTTP until somebody says stop: bounded in connections, in the patience with clients that are
//! slow to ask or to listen, and in the time that stopping takes.

mod connections;
mod hall;
mod patience;
mod signals;
#[cfg(test)]
mod tests;
mod transfer;

pub use connections::{Limits, Listener, Peer, connections};
pub use signals::stop_signal;
