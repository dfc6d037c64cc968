use cqrs_es::DomainEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::place::AmenityCode;
use crate::text::Text;

/// An amenity's name in one language.
pub type AmenityName = Text<1, 100, false>;

/// What happened to the catalogue. It holds no personal data: names are of things.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AmenityEvent {
    /// An admin added an amenity.
    Added {
        /// The amenity's own id.
        amenity_id: Uuid,
        /// By which places refer to it from now on.
        code: AmenityCode,
        /// In English.
        name_en: AmenityName,
        /// In French.
        name_fr: AmenityName,
        /// By whom; the nil id is the operator of the machine.
        by: Uuid,
        /// When.
        at: Timestamp,
    },
}

impl DomainEvent for AmenityEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Added { .. } => "amenity.added",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
