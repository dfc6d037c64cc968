use cqrs_es::DomainEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Offer;
use crate::field::Invalid;
use crate::text::Note;

/// What happened to a booking. What people wrote (message, reasons) is sealed in the log under its writer's key, and
/// `None` after erasure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum BookingEvent {
    /// A guest asked for nights, and holds them from now on.
    Requested {
        /// The booking's own id.
        booking_id: Uuid,
        /// Who asks.
        guest_id: Uuid,
        /// The terms, frozen.
        #[serde(flatten)]
        offer: Offer,
        /// The version of the place that made the offer.
        place_version: u64,
        /// To the host.
        message: Option<Note>,
        /// When.
        at: Timestamp,
    },
    /// The stay is agreed.
    Confirmed {
        /// The host, or the system for a place that is booked at once.
        by: Party,
        /// When the stay will be over.
        check_out_at: Timestamp,
        /// When.
        at: Timestamp,
    },
    /// The request was turned down; its nights are free.
    Declined {
        /// The host, or the system where the place was withdrawn.
        by: Party,
        /// Why.
        reason: Option<Note>,
        /// When.
        at: Timestamp,
    },
    /// The request or stay was called off; its nights are free.
    Cancelled {
        /// The guest or the host.
        by: Party,
        /// Why.
        reason: Option<Note>,
        /// When.
        at: Timestamp,
    },
    /// Nobody answered the request in time; its nights are free.
    Expired {
        /// When it was recorded; the deadline is the offer's.
        at: Timestamp,
    },
    /// The stay is over.
    Completed {
        /// The host, or the system at check-out time.
        by: Party,
        /// When.
        at: Timestamp,
    },
}

/// Who acts on a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// Who asked for it.
    Guest,
    /// Whose place it is.
    Host,
    /// A timer, or a rule.
    System,
}

impl Party {
    /// The name in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Host => "host",
            Self::System => "system",
        }
    }
}

/// Where a booking stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingStatus {
    /// Waits for the host; holds its nights.
    Pending,
    /// Agreed; holds its nights.
    Confirmed,
    /// Turned down.
    Declined,
    /// Called off.
    Cancelled,
    /// Not answered in time.
    Expired,
    /// The stay is over.
    Completed,
}

impl BookingStatus {
    /// Every status.
    pub const ALL: &'static [Self] =
        &[Self::Pending, Self::Confirmed, Self::Declined, Self::Cancelled, Self::Expired, Self::Completed];

    /// The name in answers and requests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Completed => "completed",
        }
    }
}

impl std::str::FromStr for BookingStatus {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        Self::ALL.iter().copied().find(|status| status.name() == name).ok_or_else(|| {
            Invalid::new("unknown_status", "Must be pending, confirmed, declined, cancelled, expired or completed.")
        })
    }
}

impl DomainEvent for BookingEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Requested { .. } => "booking.requested",
            Self::Confirmed { .. } => "booking.confirmed",
            Self::Declined { .. } => "booking.declined",
            Self::Cancelled { .. } => "booking.cancelled",
            Self::Expired { .. } => "booking.expired",
            Self::Completed { .. } => "booking.completed",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
