//! The views that cached reads are made of.

use crate::{Projection, amenity, place, review, user};

/// A view that a cached read asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Names, and whether an account is open.
    Users,
    /// Places, and who lists how many.
    Places,
    /// What is said of places and people on average.
    Reviews,
    /// What the amenities of places are called.
    Amenities,
}

impl Source {
    /// All of them, as [`Followed`](super::follow::Followed) has them.
    pub(super) const ALL: [Self; 4] = [Self::Users, Self::Places, Self::Reviews, Self::Amenities];

    /// What fills its tables.
    pub(super) fn projection(self) -> &'static dyn Projection {
        match self {
            Self::Users => &user::Profiles,
            Self::Places => &place::Places,
            Self::Reviews => &review::Reviews,
            Self::Amenities => &amenity::Catalogue,
        }
    }
}
