//! Real listings, imported from the command line beside a running server.

use std::collections::HashMap;

use harness::{Ran, TestDatabase, hbnb, say};
use sqlx::PgConnection;
use tokio::time::Instant;

use super::PROGRAM;
use super::fleet::Fleet;
use super::listings::{Expected, Listings, cities};
use super::settled::settled;
use super::turn::turn;
use super::{is_asked_for, is_proving};

/// How many places there must be of each city.
const PLACES: [usize; 2] = [3_345, 3_722];
/// How many rows are imported into the embedded database, of each city.
const EMBEDDED_ROWS: usize = 150;
/// The exit code of a run that reported rows.
const REPORTED: i32 = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_cities_are_imported_exactly_and_once() {
    const NAME: &str = "two_cities_are_imported_exactly_and_once";
    if !is_proving(NAME) {
        return;
    }
    let Some(cities) = cities(NAME) else { return };
    let _turn = turn().await;
    let database = TestDatabase::create().await.expect("DATABASE_URL is set");
    let fleet = Fleet::start(Some(database.url())).await;
    let mut connection = database.connect().await;
    for (city, places) in cities.iter().zip(PLACES) {
        assert_eq!(city.expected().count(), places, "what the file itself says");
        let begun = Instant::now();
        let ran = import(&fleet, city, &[]).await;
        say(&format!("import: {places} places in {:?}", begun.elapsed()));
        assert_reports(&ran, city);
    }
    settled(&mut connection).await;
    assert_imported(&mut connection, &cities).await;

    let before = head(&mut connection).await;
    for city in &cities {
        assert_reports(&import(&fleet, city, &[]).await, city);
    }
    assert_eq!(head(&mut connection).await, before, "a second run adds nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn listings_are_imported_through_a_server_that_holds_the_embedded_data() {
    const NAME: &str = "listings_are_imported_through_a_server_that_holds_the_embedded_data";
    if !is_asked_for(NAME) {
        return;
    }
    let Some(cities) = cities(NAME) else { return };
    let _turn = turn().await;
    let fleet = Fleet::start(None).await;
    let mut expected = Vec::new();
    for run in 0..2 {
        for city in &cities {
            import(&fleet, city, &["--limit", &EMBEDDED_ROWS.to_string()]).await.expect(0);
            let places = city.rows[..EMBEDDED_ROWS].iter().filter_map(|row| row.place.clone());
            expected.extend(places.filter(|_| run == 0));
        }
    }
    let mut listed = listed(&fleet).await;
    listed.sort();
    expected.sort();
    assert_eq!(listed, expected);
}

pub(super) async fn import(fleet: &Fleet, city: &Listings, options: &[&str]) -> Ran {
    let arguments = [&["import", "listings", city.file()], options].concat();
    hbnb(PROGRAM, fleet.data.path(), fleet.url(), &arguments).await
}

/// Asserts that the run named each row that it could not take, with a reason.
fn assert_reports(ran: &Ran, city: &Listings) {
    assert_eq!(ran.code, Some(REPORTED), "{}\n{}", ran.output, ran.errors);
    let printed = format!("{}\n{}", ran.output, ran.errors);
    for line in city.refused() {
        let name = format!("line {line}: ");
        let reason = printed.lines().find_map(|printed| printed.split_once(&name)).map(|(_, reason)| reason.trim());
        assert!(reason.is_some_and(|reason| !reason.is_empty()), "line {line} is not reported:\n{printed}");
    }
}

/// Asserts that the log and the view have every place with its exact price, the view with its title, and no others.
async fn assert_imported(connection: &mut PgConnection, cities: &[Listings]) {
    let rows: Vec<(String, i64, String, String, i64)> = sqlx::query_as(
        "select payload -> 'import' ->> 1, (payload -> 'price' ->> 'minor')::bigint,
                payload -> 'price' ->> 'currency', title, price_minor
         from events join places_v1 on place_id = aggregate_id::uuid where event_type = 'place.created'",
    )
    .fetch_all(&mut *connection)
    .await
    .expect("the database answers");
    let count = rows.len();
    let mut imported: HashMap<String, _> =
        rows.into_iter().map(|(id, price, currency, title, shown)| (id, (price, currency, title, shown))).collect();
    assert_eq!(count, imported.len(), "an id is imported twice");
    for (id, Expected { title, cents }) in cities.iter().flat_map(Listings::expected) {
        let (price, currency, shown_title, shown_price) = imported.remove(id).expect("every good row is imported");
        assert_eq!((price, currency.as_str(), shown_price), (*cents, "USD", *cents), "the price of {id}");
        let normal: String = sqlx::query_scalar("select normalize($1)")
            .bind(title)
            .fetch_one(&mut *connection)
            .await
            .expect("the database answers");
        assert_eq!(shown_title, normal, "the title of {id}");
    }
    assert!(imported.is_empty(), "imported from nowhere: {:?}", imported.keys());
}

async fn head(connection: &mut PgConnection) -> i64 {
    sqlx::query_scalar("select max(position) from events").fetch_one(connection).await.expect("the database answers")
}

/// Every listed place, page by page.
async fn listed(fleet: &Fleet) -> Vec<Expected> {
    let client = fleet.client();
    let mut path = "/places?per_page=100".to_owned();
    let mut places = Vec::new();
    loop {
        let page = client.get(&path).await.expect(200);
        for place in page.data()["items"].as_array().expect("items") {
            let (title, price) = (&place["title"], &place["price"]);
            let amount: String = price["amount"].as_str().expect("an amount").chars().filter(|c| *c != '.').collect();
            assert_eq!(price["currency"], "USD");
            let title = title.as_str().expect("a title").to_owned();
            places.push(Expected { title, cents: amount.parse().expect("cents") });
        }
        let Some(cursor) = page.data()["next_cursor"].as_str() else { return places };
        path = format!("/places?per_page=100&cursor={cursor}");
    }
}
