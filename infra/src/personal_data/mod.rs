//! Personal data in a log that is never rewritten: sealed inside the event under a key per person.
//!
//! Erasing a person is deleting one key. The row stays behind as a tombstone, and only a tombstone reads as "no data":
//! a row that is missing, a key that does not unwrap and a box that does not open are errors, because silence there
//! would turn a wrong configuration into lost history.
//!
//! Person keys are wrapped by the [`MasterKey`], which never touches the database. Nothing here logs or prints a key
//! or an opened value.

mod keys;
mod master_key;
mod seal;

pub use keys::{KeyError, KeyRing, KeyState, PersonKeys};
pub use master_key::{InvalidMasterKey, MasterKey, MasterKeyError};
pub use seal::{EventSeat, PersonKey, SealError, needs_key, seal, sealed_by, unseal};
