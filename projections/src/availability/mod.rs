//! Which nights of a place are not free, and why.

mod nights;

pub use nights::{Availability, BlockRow, CalendarNight, NightKind, NightRow, block, blocks, calendar, nights};
