use jiff::Timestamp;
use uuid::Uuid;

use super::AmenityName;
use crate::place::AmenityCode;

/// What may be asked of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub enum AmenityCommand {
    /// Add an amenity.
    Add(NewAmenity),
}

/// The facts of an amenity that is added.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAmenity {
    /// The amenity's own id.
    pub amenity_id: Uuid,
    /// By which places refer to it.
    pub code: AmenityCode,
    /// In English.
    pub name_en: AmenityName,
    /// In French.
    pub name_fr: AmenityName,
    /// Who adds it; nil for the operator.
    pub by: Uuid,
    /// Now.
    pub now: Timestamp,
}
