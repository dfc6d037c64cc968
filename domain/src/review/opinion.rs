use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Subject;
use crate::field::{FieldError, Invalid};
use crate::text::Comment;

/// What an author says of a stay.
#[derive(Debug, Clone, PartialEq)]
pub struct Opinion {
    /// Over all.
    pub rating: Stars,
    /// One by one; those that the author says nothing of are absent.
    pub categories: Categories,
    /// In words.
    pub text: Option<Comment>,
}

/// Ratings by category.
pub type Categories = BTreeMap<Category, Stars>;

/// A rating: 1 (bad) to 5 (excellent).
///
/// Reading it from the log checks nothing: the past is not judged by today's bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stars(u8);

impl Stars {
    /// The best.
    pub const MAX: u8 = 5;

    /// Takes a rating.
    ///
    /// # Errors
    /// `out_of_range`.
    pub fn new(stars: u64) -> Result<Self, Invalid> {
        match u8::try_from(stars) {
            Ok(stars @ 1..=Self::MAX) => Ok(Self(stars)),
            _ => Err(Invalid::new("out_of_range", format!("Must be between 1 and {}.", Self::MAX))),
        }
    }

    /// The number.
    pub fn get(self) -> u8 {
        self.0
    }
}

/// What a rating may be about in particular.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// How clean it was: of a guest, how clean the place was left.
    Cleanliness,
    /// Whether the place was as described.
    Accuracy,
    /// How arriving went.
    CheckIn,
    /// How well one could talk to the other.
    Communication,
    /// Where the place is.
    Location,
    /// What it was for its price.
    Value,
}

impl Category {
    /// Every category.
    pub const ALL: &'static [Self] =
        &[Self::Cleanliness, Self::Accuracy, Self::CheckIn, Self::Communication, Self::Location, Self::Value];

    /// The name in answers and requests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cleanliness => "cleanliness",
            Self::Accuracy => "accuracy",
            Self::CheckIn => "check_in",
            Self::Communication => "communication",
            Self::Location => "location",
            Self::Value => "value",
        }
    }

    /// Whether a host can say this of a guest, or only a guest of a place.
    pub fn applies_to(self, subject: Subject) -> bool {
        match self {
            Self::Cleanliness | Self::Communication => true,
            Self::Accuracy | Self::CheckIn | Self::Location | Self::Value => subject == Subject::Place,
        }
    }
}

impl FromStr for Category {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        Self::ALL.iter().copied().find(|category| category.name() == name).ok_or_else(|| {
            let message = "Must be cleanliness, accuracy, check_in, communication, location or value.";
            Invalid::new("unknown_category", message)
        })
    }
}

impl Opinion {
    /// Each category that says nothing about such a subject.
    pub fn out_of_place(&self, subject: Subject) -> Vec<FieldError> {
        let misplaced = self.categories.keys().filter(|category| !category.applies_to(subject));
        misplaced
            .map(|category| {
                let problem = Invalid::new("not_applicable", "Is said of places, not of guests.");
                problem.at(format!("categories.{}", category.name()))
            })
            .collect()
    }
}
