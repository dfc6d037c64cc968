//! The log's adapter: one total order without gaps, kept in PostgreSQL.
//!
//! Writing: [`Appender`] queues what the use cases want appended, and one task per process commits whatever waits in
//! one short transaction. Its parts, from the outside in: `ticket` (a caller and its place in the queue), `command`
//! (checks before queueing), `intake` (queue to batch), `writer` (attempts, retries, isolation, lost commits),
//! `transaction` (lock, `facts`, decide in the `ledger`, `insert`, commit).
//!
//! Reading: [`PostgresEventStore`] is cqrs-es's `EventStore` for every aggregate; [`read_after`] gives projectors the
//! log after a position. Both go through [`lift`], the only place where a stored event becomes today's.
//!
//! What never happens here: a position that is given twice or skipped, a command executed twice, a read model that
//! decides, a connection held while waiting for a second one.

mod appender;
mod claims;
mod command;
mod connection;
mod counters;
mod facts;
mod history;
mod holder;
mod housekeeping;
mod insert;
mod intake;
mod ledger;
mod lift;
mod piece;
mod read;
mod requests;
mod snapshots;
mod storable;
mod store;
mod ticket;
mod transaction;
mod wakeups;
mod writer;

#[cfg(test)]
mod tests;

pub use appender::{Appender, AppenderSettings};
pub use command::{MAX_CLAIMS_PER_COMMAND, MAX_EVENTS_PER_COMMAND};
pub use connection::WriteTo;
pub use counters::AppenderCounters;
pub use history::PostgresHistory;
pub use holder::{claim_holder, claims_held, night_holders, reviews_of};
pub use housekeeping::sweep_idempotency_keys;
pub use lift::{LiftError, LiftFault, lift, lift_any};
pub use read::{LogEntry, ReadError, last_position, read_after};
pub use requests::PostgresRequests;
pub use store::PostgresEventStore;
pub use wakeups::{Wakeups, relay};
