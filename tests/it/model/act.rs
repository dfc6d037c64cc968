//! What people attempt, as plain values that can be printed, repeated and left out of a history.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

/// A person, place, booking or block by the number of the attempt that made it. A number that made nothing (because
/// the attempt failed, or was left out while a history is shortened) stands for an id that nobody has.
pub(super) type Made = u32;

/// One command and everything around it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Attempt {
    /// Its own number, kept when others are left out.
    pub(super) number: Made,
    /// What the clock says while it runs.
    pub(super) at: Timestamp,
    pub(super) who: Who,
    pub(super) act: Act,
    /// `If-Match`.
    pub(super) if_match: Option<u64>,
    /// `Idempotency-Key`.
    pub(super) key: Option<Key>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Who {
    /// Not signed in.
    Nobody,
    Person(Made),
    /// The operator of the machine, or a timer.
    System,
}

/// An idempotency key, named after the first attempt that used it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) first: Made,
    /// Whether it comes with another body than the first time.
    pub(super) another_body: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Act {
    Register { mailbox: u8, shouted: bool },
    ChangeProfile { first_name: &'static str, phone: Option<&'static str> },
    CloseAccount,
    MakeAdmin { person: Made },
    Suspend { person: Made },
    Restore { person: Made },
    ImportPlace { listing: u8, host: u8, terms: Terms },
    CreatePlace { draft: bool, terms: Terms },
    ChangePlace { place: Made, changes: Vec<Change> },
    Publish { place: Made },
    Unpublish { place: Made },
    Archive { place: Made },
    Block { place: Made, from: Date, to: Date },
    Unblock { place: Made, block: Made },
    Request { place: Made, check_in: Date, check_out: Date, guests: u32 },
    Confirm { booking: Made },
    Decline { booking: Made },
    Cancel { booking: Made },
    Complete { booking: Made },
    Expire { booking: Made },
}

/// What a host says of a place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Terms {
    pub(super) title: &'static str,
    pub(super) description: Option<&'static str>,
    /// A night's price in euro cents.
    pub(super) cents: i64,
    pub(super) zone: Home,
    pub(super) capacity: u32,
    pub(super) min_nights: u32,
    pub(super) max_nights: u32,
    pub(super) check_in_time: Time,
    pub(super) check_out_time: Time,
    pub(super) instant: bool,
}

/// A place's zone, and the zone whose coordinates it was made with where its host left the zone to these.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Home {
    pub(super) zone: &'static str,
    pub(super) coordinates_in: Option<&'static str>,
}

/// A new value of one detail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Change {
    Title(&'static str),
    Description(Option<&'static str>),
    Cents(i64),
    Zone(&'static str),
    Capacity(u32),
    MinNights(u32),
    MaxNights(u32),
    CheckInTime(Time),
    CheckOutTime(Time),
    Instant(bool),
}

/// Somebody or something that attempts are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Thing {
    Person(Made),
    Place(Made),
    Booking(Made),
    Block(Made),
}

impl Act {
    /// Method and path of the request that such a command comes with, as far as idempotency keys tell them apart.
    pub(super) fn scope(&self) -> String {
        match self {
            Self::Register { .. } => "POST /auth/register".to_owned(),
            Self::ChangeProfile { .. } => "PATCH /users/me".to_owned(),
            Self::CloseAccount => "DELETE /users/me".to_owned(),
            Self::MakeAdmin { person } => format!("POST /admin/users/{person}/roles"),
            Self::Suspend { person } => format!("POST /admin/users/{person}/suspend"),
            Self::Restore { person } => format!("POST /admin/users/{person}/restore"),
            Self::ImportPlace { .. } => "POST /operator/import".to_owned(),
            Self::CreatePlace { .. } => "POST /places".to_owned(),
            Self::ChangePlace { place, .. } => format!("PATCH /places/{place}"),
            Self::Publish { place } => format!("POST /places/{place}/publish"),
            Self::Unpublish { place } => format!("POST /places/{place}/unpublish"),
            Self::Archive { place } => format!("DELETE /places/{place}"),
            Self::Block { place, .. } => format!("POST /places/{place}/blocks"),
            Self::Unblock { place, block } => format!("DELETE /places/{place}/blocks/{block}"),
            Self::Request { .. } => "POST /bookings".to_owned(),
            Self::Confirm { booking } => format!("POST /bookings/{booking}/confirm"),
            Self::Decline { booking } => format!("POST /bookings/{booking}/decline"),
            Self::Cancel { booking } => format!("POST /bookings/{booking}/cancel"),
            Self::Complete { booking } => format!("POST /bookings/{booking}/complete"),
            Self::Expire { booking } => format!("timer /bookings/{booking}/expire"),
        }
    }

    /// The HTTP status that a success answers with.
    pub(super) fn status(&self) -> u16 {
        match self {
            Self::Register { .. }
            | Self::ImportPlace { .. }
            | Self::CreatePlace { .. }
            | Self::Block { .. }
            | Self::Request { .. } => 201,
            Self::ChangeProfile { .. }
            | Self::CloseAccount
            | Self::MakeAdmin { .. }
            | Self::Suspend { .. }
            | Self::Restore { .. }
            | Self::ChangePlace { .. }
            | Self::Publish { .. }
            | Self::Unpublish { .. }
            | Self::Archive { .. }
            | Self::Unblock { .. }
            | Self::Confirm { .. }
            | Self::Decline { .. }
            | Self::Cancel { .. }
            | Self::Complete { .. }
            | Self::Expire { .. } => 200,
        }
    }
}
