//! Why a place is proposed: a closed list.

/// A reason. Where two count the same, the one that stands first here is told first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// It lies where the person wishes to stay.
    PreferredLocation,
    /// It lies near places that the person looked at or booked.
    FamiliarArea,
    /// It has much of what those places have.
    LikedAmenities,
    /// It costs about as much as they do.
    UsualPrice,
    /// Its guests say so, and there are enough of them.
    WellRated,
    /// It has not been listed for long.
    New,
    /// It costs no more than the person wishes to spend.
    WithinBudget,
    /// It has every amenity that the person wishes for.
    WishedAmenities,
    /// It lies within a kilometre.
    CloseBy,
    /// It lies in the same city, as far as is known.
    SameCity,
    /// It costs about as much.
    SimilarPrice,
    /// They have many amenities in common.
    SharedAmenities,
    /// About as many guests find room.
    SimilarSize,
    /// Nothing in particular: it is worth a look.
    WorthALook,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 14] = [
        Self::PreferredLocation,
        Self::FamiliarArea,
        Self::LikedAmenities,
        Self::UsualPrice,
        Self::WellRated,
        Self::New,
        Self::WithinBudget,
        Self::WishedAmenities,
        Self::CloseBy,
        Self::SameCity,
        Self::SimilarPrice,
        Self::SharedAmenities,
        Self::SimilarSize,
        Self::WorthALook,
    ];

    /// The reason's name in answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::PreferredLocation => "preferred_location",
            Self::FamiliarArea => "familiar_area",
            Self::LikedAmenities => "liked_amenities",
            Self::UsualPrice => "usual_price",
            Self::WellRated => "well_rated",
            Self::New => "new",
            Self::WithinBudget => "within_budget",
            Self::WishedAmenities => "wished_amenities",
            Self::CloseBy => "close_by",
            Self::SameCity => "same_city",
            Self::SimilarPrice => "similar_price",
            Self::SharedAmenities => "shared_amenities",
            Self::SimilarSize => "similar_size",
            Self::WorthALook => "worth_a_look",
        }
    }
}
