//! Values that are made of two fields.

use domain::place::Coordinates;
use domain::{Invalid, Nights, Patch};
use jiff::civil::Date;

use super::fields::Fields;
use super::problems::Noted;

impl Fields<'_> {
    /// The nights between two dates; problems of the range are told of the second.
    ///
    /// # Errors
    /// Noted at either.
    pub(crate) fn nights(&mut self, first: &str, last: &str) -> Result<Nights, Noted> {
        let (check_in, check_out) = (self.required::<Date>(first), self.required::<Date>(last));
        Nights::new(check_in?, check_out?).map_err(|problem| self.note(last, problem))
    }

    /// The fields `latitude` and `longitude`: both, or none.
    ///
    /// # Errors
    /// Noted at either: `out_of_range`, or `incomplete` where one is missing.
    pub(crate) fn coordinates(&mut self) -> Result<Patch<Coordinates>, Noted> {
        let latitude = self.degrees("latitude", 90.0);
        let longitude = self.degrees("longitude", 180.0);
        match (latitude?, longitude?) {
            (Patch::Keep, Patch::Keep) => Ok(Patch::Keep),
            (Patch::Clear, Patch::Clear) => Ok(Patch::Clear),
            (Patch::Set(latitude), Patch::Set(longitude)) => {
                Coordinates::new(latitude, longitude).map(Patch::Set).map_err(|problem| self.note("latitude", problem))
            }
            (Patch::Set(_), _) => Err(self.note("longitude", incomplete())),
            (_, Patch::Set(_)) => Err(self.note("latitude", incomplete())),
            (Patch::Clear, Patch::Keep) => Err(self.note("longitude", incomplete())),
            (Patch::Keep, Patch::Clear) => Err(self.note("latitude", incomplete())),
        }
    }

    fn degrees(&mut self, name: &str, limit: f64) -> Result<Patch<f64>, Noted> {
        match self.patch(name)? {
            Patch::Set(degrees) if degrees > limit || degrees < -limit => {
                let message = format!("Must be between -{limit} and {limit}.");
                Err(self.note(name, Invalid::new("out_of_range", message)))
            }
            degrees => Ok(degrees),
        }
    }
}

fn incomplete() -> Invalid {
    Invalid::new("incomplete", "Latitude and longitude go together.")
}
