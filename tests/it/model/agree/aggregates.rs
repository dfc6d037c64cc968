//! The aggregates, loaded anew from their streams.

use commands::Store;
use domain::booking::{Booking, LineKind, Offer, Price, PriceLine};
use domain::place::Place;
use domain::user::{Role, User};
use domain::{Logged, Money, Nights};

use super::same;
use crate::model::act::{Made, Thing};
use crate::model::calendar::nights;
use crate::model::house::House;
use crate::model::names::{self, Names};
use crate::model::player::{Mismatch, Player};
use crate::model::world::{Account, Lodging, Stay};

pub(super) async fn check(house: &House, player: &Player) -> Result<(), Mismatch> {
    let commands = house.commands();
    let (ports, names) = (commands.ports(), &player.names);
    for (number, account) in &player.world.accounts {
        let (user, version) = load::<User>(ports.users.as_ref(), names, Thing::Person(*number)).await;
        let program = (!user.is_open(), user.roles().contains(&Role::Admin), user.is_suspended(), version);
        same(|| format!("account {number}"), standing(account), program)?;
    }
    for (number, lodging) in &player.world.places {
        let (place, version) = load::<Place>(ports.places.as_ref(), names, Thing::Place(*number)).await;
        check_place(names, *number, lodging, &place, version)?;
    }
    for (number, stay) in &player.world.bookings {
        let (booking, version) = load::<Booking>(ports.bookings.as_ref(), names, Thing::Booking(*number)).await;
        check_booking(names, *number, stay, &booking, version)?;
    }
    Ok(())
}

async fn load<A: Logged>(store: &dyn Store<A>, names: &Names, thing: Thing) -> (A, u64) {
    let stream = store.load(names.id(thing)).await.expect("a stream can be loaded");
    (stream.aggregate, stream.version)
}

/// Whether it is closed, an admin's, suspended; and its version.
fn standing(account: &Account) -> (bool, bool, bool, u64) {
    (account.closed, account.admin, account.suspended, account.history.len() as u64)
}

fn check_place(names: &Names, number: Made, lodging: &Lodging, place: &Place, version: u64) -> Result<(), Mismatch> {
    let owner = names.id(Thing::Person(lodging.owner));
    let blocks = lodging.blocks.iter().map(|(block, (from, to))| (names.id(Thing::Block(*block)), stay_of(*from, *to)));
    let mut model_blocks: Vec<(uuid::Uuid, Nights)> = blocks.collect();
    model_blocks.sort_by_key(|(id, _)| *id);
    let model =
        (Some(owner), Some(lodging.stage.name()), Some(names::details(&lodging.terms)), lodging.history.len() as u64);
    let program = (place.owner_id(), place.status().map(|status| status.name()), place.details().cloned(), version);
    same(|| format!("place {number}"), model, program)?;
    same(|| format!("blocks of place {number}"), model_blocks, place.blocks().collect())
}

fn check_booking(names: &Names, number: Made, stay: &Stay, booking: &Booking, version: u64) -> Result<(), Mismatch> {
    let guest = names.id(Thing::Person(stay.guest));
    let model = (Some(guest), Some(stay.state.name()), Some(stay.place_version), stay.history.len() as u64);
    let status = booking.status().map(|status| status.name());
    let program = (booking.guest_id(), status, booking.place_version(), version);
    same(|| format!("booking {number}"), model, program)?;
    same(|| format!("terms of booking {number}"), Some(offer(names, stay)), booking.offer().cloned())
}

/// The terms that a booking froze.
fn offer(names: &Names, stay: &Stay) -> Offer {
    Offer {
        place_id: names.id(Thing::Place(stay.place)),
        host_id: names.id(Thing::Person(stay.host)),
        nights: stay_of(stay.check_in, stay.check_out),
        guests: stay.guests,
        price: price(stay),
        time_zone: names::zone(stay.zone),
        check_in_at: stay.check_in_at,
        check_out_at: stay.check_out_at,
        expires_at: stay.expires_at,
        instant: stay.instant,
    }
}

/// Nights times the price of one, to the cent.
pub(super) fn price(stay: &Stay) -> Price {
    let quantity = u32::try_from(nights(stay.check_in, stay.check_out).len()).expect("a stay is short");
    let total = names::euros(stay.cents * i64::from(quantity));
    let unit: Money = names::euros(stay.cents);
    Price { lines: vec![PriceLine { kind: LineKind::Nights, quantity, unit, amount: total }], total }
}

fn stay_of(from: jiff::civil::Date, to: jiff::civil::Date) -> Nights {
    Nights::new(from, to).expect("the model let it through")
}
