use jiff::civil::{Date, date, time};

use super::Zone;
use crate::testing::at;

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

#[test]
fn an_ambiguous_local_time_is_the_earlier_one() {
    // Clocks in Paris go from 03:00 back to 02:00: 02:30 happens twice.
    let instant = zone("Europe/Paris").instant(date(2026, 10, 25), time(2, 30, 0, 0));
    assert_eq!(instant, Ok(at("2026-10-25T00:30:00Z")));
}

#[test]
fn a_missing_local_time_moves_forward() {
    // Clocks in Paris go from 02:00 on to 03:00: 02:30 does not happen.
    let instant = zone("Europe/Paris").instant(date(2026, 3, 29), time(2, 30, 0, 0)).unwrap();
    assert_eq!(instant, at("2026-03-29T01:30:00Z"), "03:30 in summer time");
}

#[test]
fn the_date_is_that_of_the_place() {
    let now = at("2026-06-10T11:00:00Z");
    for (name, there) in [
        ("UTC", date(2026, 6, 10)),
        ("Pacific/Kiritimati", date(2026, 6, 11)),
        ("Pacific/Pago_Pago", date(2026, 6, 10)),
        ("Asia/Kathmandu", date(2026, 6, 10)),
    ] {
        assert_eq!(zone(name).date_at(now), there, "{name}");
    }
    assert_eq!(zone("Pacific/Pago_Pago").date_at(at("2026-06-10T10:59:59Z")), date(2026, 6, 9));
}

#[test]
fn the_ends_of_time_have_dates_but_not_every_instant() {
    for name in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Paris"] {
        zone(name).date_at(jiff::Timestamp::MAX);
        zone(name).date_at(jiff::Timestamp::MIN);
    }
    let beyond = zone("Pacific/Pago_Pago").instant(Date::MAX, time(23, 59, 59, 0));
    assert_eq!(beyond.unwrap_err().code, "out_of_range");
}

#[test]
fn unknown_names_are_refused() {
    for name in [
        "",
        " ",
        "Mars/Olympus_Mons",
        "Etc/Unknown",
        "Europe",
        "Europe/",
        "../../etc/passwd",
        "/usr/share/zoneinfo/UTC",
        "EST5EDT4,M3.2.0",
        "+02:00",
        "UTC\u{0}",
        "local",
        " Europe/Paris",
    ] {
        assert_eq!(name.parse::<Zone>().unwrap_err().code, "unknown_time_zone", "{name:?}");
    }
}

#[test]
fn utc_is_one_zone_however_it_came_about() {
    assert_eq!(zone("UTC"), Zone::UTC);
    assert_eq!(zone("utc").name(), "UTC");
}

#[test]
fn a_name_is_recognised_in_any_case_and_kept_as_the_database_spells_it() {
    assert_eq!(zone("europe/PARIS").name(), "Europe/Paris");
    assert_eq!(zone("europe/PARIS"), zone("Europe/Paris"));
}

#[test]
fn every_zone_of_the_database_survives_json() {
    let mut count = 0;
    for name in jiff::tz::db().available() {
        let zone = zone(name.as_str());
        assert_eq!(zone.to_string(), name.as_str());
        let json = serde_json::to_string(&zone).unwrap();
        assert_eq!(serde_json::from_str::<Zone>(&json).unwrap(), zone, "{name}");
        count += 1;
    }
    assert!(count > 400, "the database is bundled");
}
