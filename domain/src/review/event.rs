use cqrs_es::DomainEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Categories, Stars};
use crate::field::Invalid;
use crate::text::{Comment, Note};

/// What happened to a review.
///
/// What the author says is sealed under the author's key until it is published, ratings too: nobody reads it from the
/// log before. Texts and the reason for hiding stay sealed. All of it is `None` after erasure; ratings that were
/// published before are not: they have become figures about a place or a guest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ReviewEvent {
    /// It was written; only its author knows.
    Submitted {
        /// The review's own id.
        review_id: Uuid,
        /// Of which stay.
        booking_id: Uuid,
        /// Where.
        place_id: Uuid,
        /// Who stayed.
        guest_id: Uuid,
        /// Whose place it is.
        host_id: Uuid,
        /// About whom or what; that says who writes.
        subject: Subject,
        /// Over all.
        rating: Option<Stars>,
        /// One by one.
        categories: Option<Categories>,
        /// In words.
        text: Option<Comment>,
        /// From when on it is published whatever the other does.
        window_end: Timestamp,
        /// When.
        at: Timestamp,
    },
    /// Others can read it from now on.
    Published {
        /// Of which stay.
        booking_id: Uuid,
        /// Where.
        place_id: Uuid,
        /// Who wrote it.
        author_id: Uuid,
        /// About whom or what.
        subject: Subject,
        /// Over all.
        rating: Stars,
        /// One by one.
        categories: Categories,
        /// Why now.
        occasion: Occasion,
        /// When.
        at: Timestamp,
    },
    /// The host of the place answered it.
    Replied {
        /// The answer.
        text: Option<Note>,
        /// When.
        at: Timestamp,
    },
    /// An admin took it away from the public; it counts no more.
    Hidden {
        /// By whom; the nil id is the operator of the machine.
        by: Uuid,
        /// Why.
        reason: Option<Note>,
        /// When.
        at: Timestamp,
    },
}

/// Whom or what a review is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The place: by the guest.
    Place,
    /// The guest: by the host.
    Guest,
}

impl Subject {
    /// The name in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Guest => "guest",
        }
    }

    /// Who of the two writes about it.
    pub fn author(self, guest_id: Uuid, host_id: Uuid) -> Uuid {
        match self {
            Self::Place => guest_id,
            Self::Guest => host_id,
        }
    }
}

impl std::str::FromStr for Subject {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        match name {
            "place" => Ok(Self::Place),
            "guest" => Ok(Self::Guest),
            _ => Err(Invalid::new("unknown_subject", "Must be place or guest.")),
        }
    }
}

/// Why a review is published when it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// The other's is in, too.
    BothIn,
    /// The time to write is over.
    WindowOver,
}

/// Where a review stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewStage {
    /// Only its author knows of it.
    Submitted,
    /// Others read it.
    Published,
    /// An admin took it away.
    Hidden,
}

impl ReviewStage {
    /// The name in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Published => "published",
            Self::Hidden => "hidden",
        }
    }
}

impl std::str::FromStr for ReviewStage {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        match name {
            "submitted" => Ok(Self::Submitted),
            "published" => Ok(Self::Published),
            "hidden" => Ok(Self::Hidden),
            _ => Err(Invalid::new("unknown_stage", "Must be submitted, published or hidden.")),
        }
    }
}

impl DomainEvent for ReviewEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Submitted { .. } => "review.submitted",
            Self::Published { .. } => "review.published",
            Self::Replied { .. } => "review.replied",
            Self::Hidden { .. } => "review.hidden",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
