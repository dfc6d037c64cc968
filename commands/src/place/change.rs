//! A host changes what it says of a place.

use domain::place::{AmenityCode, Coordinates, Place, PlaceChanges, PlaceCommand, PlaceDetails};
use domain::zone::Zone;
use domain::{Currency, Invalid, Money, Patch};
use uuid::Uuid;

use super::access::own;
use crate::amenity::check_known;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};
use crate::ports::zones::ZoneFinder;

/// What a host changes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChangePlace {
    /// Everything but the price; what is set of it here is replaced by `price`.
    pub details: PlaceChanges,
    /// The price, which only the place itself can complete.
    pub price: Option<PriceChange>,
}

/// A new price, as the host wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceChange {
    /// A decimal in major units; see [`Money::price`].
    pub amount: String,
    /// `None` for the currency that the place has.
    pub currency: Option<Currency>,
}

impl PriceChange {
    /// The price that replaces `current`.
    fn replacing(&self, current: Money) -> Result<Money, Invalid> {
        Money::price(&self.amount, self.currency.unwrap_or(current.currency))
    }
}

impl ChangePlace {
    /// The changes of `place`, whose own currency decides where the host named none.
    fn of(&self, place: &Place) -> Result<PlaceChanges, CommandError> {
        let mut changes = self.details.clone();
        if let (Some(price), Some(details)) = (&self.price, place.details()) {
            let price = price.replacing(details.price);
            changes.price = Some(price.map_err(|problem| CommandError::Invalid(vec![problem.at("price")]))?);
        }
        Ok(changes)
    }

    /// The amenities that `place` does not have yet. Those it has may be older than the catalogue: they may stay.
    fn new_amenities(&self, place: &Place) -> Vec<AmenityCode> {
        let has = |code: &AmenityCode| place.details().is_some_and(|details| details.amenities.contains(code));
        self.details.amenities.iter().flatten().filter(|code| !has(code)).cloned().collect()
    }
}

/// Changes a place's details; what stays the same is no change. A time zone that followed from where the place is follows
/// it to another point.
///
/// # Errors
/// `NotFound` or `Forbidden` for another's place, `Invalid` for a price or an amenity that there is not, `Place` where
/// it is archived or its limits contradict each other.
pub async fn change(
    commands: &Commands,
    context: &Context,
    place_id: Uuid,
    change: ChangePlace,
) -> Result<Done, CommandError> {
    commands
        .run(context, || async {
            let stream = own(commands, &context.actor, place_id).await?;
            let known = check_known(commands, &change.new_amenities(&stream.aggregate), "amenities").await;
            let mut changes = both(known, change.of(&stream.aggregate))?;
            if let (Patch::Set(to), None, Some(details)) =
                (&changes.coordinates, &changes.time_zone, stream.aggregate.details())
            {
                changes.time_zone = moved(commands.ports().zones.as_ref(), details, *to);
            }
            let command = PlaceCommand::Change { changes, now: commands.now() };
            commands.decide(commands.ports().places.as_ref(), context, stream, command).await
        })
        .await
}

/// The zone of a place that moves: whoever has the zone of the old coordinates, or none of its own, gets that of the new.
fn moved(zones: &dyn ZoneFinder, details: &PlaceDetails, to: Coordinates) -> Option<Zone> {
    let by_coordinates = details.coordinates.and_then(|from| zones.zone_at(from)).unwrap_or(Zone::UTC);
    zones.zone_at(to).filter(|_| details.time_zone == by_coordinates)
}

/// What is wrong with either is told at once.
fn both<T>(one: Result<(), CommandError>, other: Result<T, CommandError>) -> Result<T, CommandError> {
    match (one, other) {
        (Err(CommandError::Invalid(mut problems)), Err(CommandError::Invalid(others))) => {
            problems.extend(others);
            Err(CommandError::Invalid(problems))
        }
        (one, other) => one.and(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_in_the_currency_of_the_place_unless_the_host_names_another() {
        let yen = Money::price("15000", Currency::JPY).unwrap();
        let change = |amount: &str, currency| PriceChange { amount: amount.to_owned(), currency }.replacing(yen);
        assert_eq!(change("9000", None).unwrap(), Money::price("9000", Currency::JPY).unwrap());
        assert_eq!(change("90.00", Some(Currency::EUR)).unwrap(), Money::price("90", Currency::EUR).unwrap());
        assert_eq!(change("90.50", None).unwrap_err().code, "too_precise");
    }
}
