//! How an attempt can end, in words that the model and the program share.

use crate::model::act::Thing;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// It happened, or there was nothing to change; the version is that of the stream that the thing belongs to.
    Done {
        about: Thing,
        version: u64,
    },
    /// It had happened before, under the same idempotency key or import record.
    Again {
        about: Thing,
        status: Option<u16>,
    },
    Refused(Refusal),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    Unauthenticated,
    NotFound,
    Forbidden,
    AnotherVersion(u64),
    KeyReused,
    /// Fields and codes, in order.
    Invalid(Vec<(String, &'static str)>),
    EmailTaken,
    PlaceArchived,
    NightLimits,
    NightsBlocked,
    OutsideCalendar,
    NotBookable,
    OwnPlace,
    NightsUnavailable,
    InvalidTransition(&'static str),
    RequestExpired,
    StayStarted,
    StayNotOver,
    NotExpired,
    /// Nothing that the rules know: always a finding.
    Unexpected(String),
}
