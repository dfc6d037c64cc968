//! The views: every row with every column as the model has it, no row more, and the same after a rebuild.

use std::collections::{BTreeMap, BTreeSet};

use domain::booking::{BookingStatus, Party};
use domain::place::PlaceStatus;
use domain::user::Role;
use jiff::civil::{Date, date};
use projections::availability::{BlockRow, NightKind, NightRow};
use projections::booking::{BookingRow, Cancellation, TimelineEntry};
use projections::place::PlaceRow;
use projections::user::UserRow;
use projections::{availability, booking, place, user};

use super::log::Log;
use super::{aggregates, same};
use crate::model::act::{Made, Thing};
use crate::model::house::House;
use crate::model::names;
use crate::model::player::{Mismatch, Player};
use crate::model::world::{Account, Happened, Lodging, State, Stay};

/// The tables of each view, by its name.
const TABLES: [(&str, &[&str]); 6] = [
    ("users", &["users_v1"]),
    ("places", &["places_v1", "suspended_hosts_v1"]),
    ("availability", &["place_nights_v1", "place_blocks_v1"]),
    ("bookings", &["bookings_v1", "booking_timeline_v1"]),
    ("reviews", &["reviews_v1", "review_sums_v1"]),
    ("amenities", &["amenities_v1"]),
];
/// From before to after every night that a run can reach.
const EVER: (Date, Date) = (date(2020, 1, 1), date(2040, 1, 1));

pub(super) async fn check(house: &House, player: &Player, log: &Log) -> Result<(), Mismatch> {
    for (number, account) in &player.world.accounts {
        let model = account_row(player, *number, account);
        let program = user::find(house.views(), model.user_id).await.expect("users can be read");
        same(|| format!("row of account {number}"), Some(model), program)?;
    }
    for (number, lodging) in &player.world.places {
        let model = place_row(player, *number, lodging);
        let place_id = model.place_id;
        let program = place::find(house.views(), place_id).await.expect("places can be read");
        same(|| format!("row of place {number}"), Some(model), program)?;
        let (from, to) = EVER;
        let nights = availability::nights(house.views(), place_id, from, to).await.expect("nights can be read");
        same(|| format!("nights of place {number}"), night_rows(player, *number), nights)?;
        let blocks = availability::blocks(house.views(), place_id, from).await.expect("blocks can be read");
        same(|| format!("block rows of place {number}"), block_rows(player, *number, lodging), blocks)?;
    }
    for (number, stay) in &player.world.bookings {
        let model = booking_row(player, *number, stay, log);
        let program = booking::find(house.views(), model.booking_id).await.expect("bookings can be read");
        same(|| format!("row of booking {number}"), Some(model), program)?;
    }
    Ok(())
}

fn account_row(player: &Player, number: Made, account: &Account) -> UserRow {
    let last_name = account.mailbox.map(|_| "Tester".to_owned());
    UserRow {
        user_id: player.names.id(Thing::Person(number)),
        email: account.mailbox.map(|mailbox| player.names.email(mailbox, account.shouted).to_string()),
        first_name: Some(account.first_name.to_owned()),
        last_name,
        phone: account.phone.map(str::to_owned),
        locale: None,
        time_zone: None,
        preferences: None,
        roles: if account.admin { BTreeSet::from([Role::Admin]) } else { BTreeSet::new() },
        email_verified: false,
        suspended: account.suspended,
        closed: account.closed,
        version: account.history.len() as u64,
        created_at: account.history[0].at,
        updated_at: last(&account.history).at,
    }
}

fn place_row(player: &Player, number: Made, lodging: &Lodging) -> PlaceRow {
    let details = names::details(&lodging.terms);
    // Blocks are no change of the place itself.
    let is_block = |event: &&Happened| event.what.contains("block");
    let changed = lodging.history.iter().rev().find(|event| !is_block(event)).expect("it was created");
    PlaceRow {
        place_id: player.names.id(Thing::Place(number)),
        owner_id: player.names.id(Thing::Person(lodging.owner)),
        status: lodging.stage.name().parse::<PlaceStatus>().expect("a status"),
        hidden: player.world.accounts[&lodging.owner].suspended,
        title: Some(lodging.terms.title.to_owned()),
        description: lodging.terms.description.map(str::to_owned),
        price: details.price,
        coordinates: details.coordinates,
        shown_coordinates: lodging.terms.zone.coordinates_in.map(|zone| names::coordinates(zone).1),
        location_precision: details.location_precision,
        address: None,
        city: None,
        country: None,
        time_zone: details.time_zone,
        capacity: details.capacity,
        min_nights: details.min_nights,
        max_nights: details.max_nights,
        check_in_time: details.check_in_time,
        check_out_time: details.check_out_time,
        house_rules: None,
        instant_book: details.instant_book,
        amenities: details.amenities,
        version: lodging.history.len() as u64,
        created_at: lodging.history[0].at,
        updated_at: changed.at,
    }
}

fn night_rows(player: &Player, place: Made) -> Vec<NightRow> {
    let held = player.world.nights.iter().filter(|((of, _), _)| *of == place);
    held.map(|((_, night), holder)| {
        let kind = match holder {
            Thing::Booking(booking) if player.world.bookings[booking].state == State::Pending => NightKind::Pending,
            Thing::Booking(_) => NightKind::Booked,
            Thing::Block(_) | Thing::Place(_) | Thing::Person(_) => NightKind::Blocked,
        };
        NightRow { night: *night, kind, holder: player.names.id(*holder) }
    })
    .collect()
}

fn block_rows(player: &Player, place: Made, lodging: &Lodging) -> Vec<BlockRow> {
    let mut rows: Vec<BlockRow> = lodging
        .blocks
        .iter()
        .map(|(block, (from, to))| {
            let made = lodging.history.iter().position(|event| event.note == Some(*block)).expect("it was blocked");
            BlockRow {
                block_id: player.names.id(Thing::Block(*block)),
                place_id: player.names.id(Thing::Place(place)),
                from: *from,
                to: *to,
                reason: Some(names::note(*block).to_string()),
                version: made as u64 + 1,
                created_at: lodging.history[made].at,
            }
        })
        .collect();
    rows.sort_by_key(|row| (row.from, row.block_id));
    rows
}

fn booking_row(player: &Player, number: Made, stay: &Stay, log: &Log) -> BookingRow {
    let booking_id = player.names.id(Thing::Booking(number));
    let cancelled = stay.history.iter().find(|event| event.what == "booking.cancelled");
    BookingRow {
        booking_id,
        place_id: player.names.id(Thing::Place(stay.place)),
        guest_id: player.names.id(Thing::Person(stay.guest)),
        host_id: player.names.id(Thing::Person(stay.host)),
        status: stay.state.name().parse::<BookingStatus>().expect("a status"),
        check_in: stay.check_in,
        check_out: stay.check_out,
        guests: stay.guests,
        price: aggregates::price(stay),
        time_zone: names::zone(stay.zone),
        check_in_at: stay.check_in_at,
        check_out_at: stay.check_out_at,
        expires_at: stay.expires_at,
        message: Some(names::note(number).to_string()),
        cancellation: cancelled.map(|event| Cancellation { by: party(event), reason: reason(event), at: event.at }),
        timeline: log
            .positions(booking_id)
            .into_iter()
            .zip(&stay.history)
            .map(|(position, event)| TimelineEntry {
                position,
                at: event.at,
                kind: event.what.trim_start_matches("booking.").to_owned(),
                by: party(event),
                reason: reason(event),
            })
            .collect(),
        version: stay.history.len() as u64,
        created_at: stay.history[0].at,
        updated_at: last(&stay.history).at,
    }
}

fn party(event: &Happened) -> Party {
    match event.by {
        Some("guest") => Party::Guest,
        Some("host") => Party::Host,
        _ => Party::System,
    }
}

fn reason(event: &Happened) -> Option<String> {
    event.note.map(|attempt| names::note(attempt).to_string())
}

fn last(history: &[Happened]) -> &Happened {
    history.last().expect("a stream has an event")
}

/// No row is left over that no world knows.
pub(super) async fn check_nothing_else(house: &House, worlds: &[Player]) -> Result<(), Mismatch> {
    let count = |of: fn(&Player) -> usize| worlds.iter().map(of).sum::<usize>() as i64;
    let model = [
        ("users_v1", count(|player| player.world.accounts.len())),
        ("places_v1", count(|player| player.world.places.len())),
        ("suspended_hosts_v1", count(|player| player.world.accounts.values().filter(|it| it.suspended).count())),
        ("place_nights_v1", count(|player| player.world.nights.len())),
        ("place_blocks_v1", count(|player| player.world.places.values().map(|place| place.blocks.len()).sum())),
        ("bookings_v1", count(|player| player.world.bookings.len())),
        ("booking_timeline_v1", count(|player| player.world.bookings.values().map(|stay| stay.history.len()).sum())),
        // Nobody in these worlds reviews a stay or adds to the catalogue.
        ("reviews_v1", 0),
        ("review_sums_v1", 0),
        ("amenities_v1", 0),
    ];
    for (table, rows) in model {
        let sql = format!("select count(*) from {table}");
        let program: i64 = sqlx::query_scalar(&sql).fetch_one(house.pool()).await.expect("a view can be read");
        same(|| format!("rows of {table}"), rows, program)?;
    }
    Ok(())
}

/// The rows are those that a rebuild from the first event makes.
pub(super) async fn check_rebuild(house: &House) -> Result<(), Mismatch> {
    let before = digests(house).await;
    for (view, _) in TABLES {
        house.views().rebuild(view).await.expect("a view can be rebuilt");
    }
    same(|| "the views before and after a rebuild".to_owned(), before, digests(house).await)
}

/// Of each table the rows in a fixed order, as one digest.
async fn digests(house: &House) -> BTreeMap<&'static str, Option<String>> {
    let mut digests = BTreeMap::new();
    for table in TABLES.iter().flat_map(|(_, tables)| *tables) {
        let sql = format!("select md5(string_agg(t::text, chr(10) order by t::text collate \"C\")) from {table} t");
        let digest = sqlx::query_scalar(&sql).fetch_one(house.pool()).await.expect("a view can be read");
        digests.insert(*table, digest);
    }
    digests
}
