//! Half-open ranges of nights.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::field::Invalid;

/// The nights from `check_in` to the one before `check_out`: at least one, at most [`Nights::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Nights {
    check_in: Date,
    check_out: Date,
}

impl Nights {
    /// The longest stay or block, in nights.
    pub const MAX: u32 = 730;

    /// The nights of a stay from one date to another.
    ///
    /// # Errors
    /// `not_after` where there is no night between the dates, `too_many_nights` beyond [`Nights::MAX`].
    pub fn new(check_in: Date, check_out: Date) -> Result<Self, Invalid> {
        if check_out <= check_in {
            return Err(Invalid::new("not_after", "Must be after the first date."));
        }
        let nights = Self { check_in, check_out };
        if nights.count() > Self::MAX {
            return Err(Invalid::new("too_many_nights", format!("Must be at most {} nights.", Self::MAX)));
        }
        Ok(nights)
    }

    /// The date of arrival: its night is the first.
    pub fn check_in(self) -> Date {
        self.check_in
    }

    /// The date of departure: its night is free again.
    pub fn check_out(self) -> Date {
        self.check_out
    }

    /// How many.
    pub fn count(self) -> u32 {
        let days = self.check_in.duration_until(self.check_out).as_hours() / 24;
        u32::try_from(days).unwrap_or(u32::MAX)
    }

    /// Each night by the date on which it begins.
    pub fn iter(self) -> impl Iterator<Item = Date> {
        self.check_in.series(1.day()).take_while(move |night| *night < self.check_out)
    }

    /// Whether a night belongs to both.
    pub fn overlaps(self, other: Self) -> bool {
        self.check_in < other.check_out && other.check_in < self.check_out
    }
}

#[cfg(test)]
mod tests;
