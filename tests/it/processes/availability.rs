//! Guests book at a steady pace at one server, and whoever asks the other one finds none of what they have booked.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use harness::{Client, Indexes, Meilisearch, Person, Place, Process, TestDatabase, booking, day, say};
use reqwest::Method;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};
use uuid::Uuid;

use super::settled::until;
use super::turn::turn;
use super::{PROGRAM, is_proving};

/// Between two bookings: a hundred a second.
const PACE: Duration = Duration::from_millis(10);
const BOOKINGS: usize = 1_000;
/// Bookings under way at once: on a machine that is slower than the pace they wait their turn, rather than for views that
/// fall ever farther behind.
const UNDER_WAY: usize = 32;
/// Cities, and places of each.
const CITIES: usize = 10;
const A_CITY: usize = 10;
/// Before the first night that is booked, in days from today.
const FIRST: i64 = 30;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_is_out_as_soon_as_its_booking_is_answered_at_a_hundred_a_second() {
    const NAME: &str = "a_place_is_out_as_soon_as_its_booking_is_answered_at_a_hundred_a_second";
    if !is_proving(NAME) {
        return;
    }
    let _turn = turn().await;
    prove("postgres", &[]).await;
    let Some(engine) = Meilisearch::given(&format!("{NAME} (on Meilisearch)")) else { return };
    prove("meilisearch", &[("MEILI_URL", &engine.url)]).await;
}

async fn prove(engine: &'static str, settings: &[(&str, &str)]) {
    let database = TestDatabase::create().await.expect("DATABASE_URL is set");
    let _indexes = Indexes::of(&database);
    let (data, url) = (tempfile::tempdir().expect("a folder can be made"), database.url());
    let books = Process::serve_with(PROGRAM, data.path(), Some(&url), settings).await;
    let finds = Process::serve_with(PROGRAM, data.path(), Some(&url), settings).await;
    let market = Market::open(&books.client()).await;
    if engine == "meilisearch" {
        let filled = "select exists (select from search_indexes i, projection_checkpoints c
                                     where i.state = 'live' and c.name = 'places' and i.position >= c.position)";
        until(&mut database.connect().await, "the index is filled", filled).await;
    }

    let (mut stays, mut ticks, begun) = (JoinSet::new(), interval(PACE), Instant::now());
    let turns = Arc::new(Semaphore::new(UNDER_WAY));
    for number in 0..BOOKINGS {
        ticks.tick().await;
        let turn = Arc::clone(&turns).acquire_owned().await.expect("nobody closes it");
        let (wish, finder) = (market.wish(number), finds.client());
        stays.spawn(async move {
            let _turn = turn;
            wish.book_and_look(&finder).await
        });
    }
    let (mut contained, mut by_engine, mut others) = (0, 0, 0);
    while let Some(stay) = stays.join_next().await {
        let Some((found_by, found)) = stay.expect("no panic") else { continue };
        contained += 1;
        by_engine += usize::from(found_by == engine);
        others += found;
    }
    say(&format!(
        "availability: {BOOKINGS} bookings in {:.1?}; {contained} answers said that the views contain them, and none of \
         those was found at the other server; {engine} answered {by_engine} of the searches",
        begun.elapsed()
    ));
    assert!(contained * 2 > BOOKINGS, "only {contained} of {BOOKINGS} answers did not say that the views are behind");
    assert!(others > contained, "only {others} other places were found: the searches look for something else");
    assert!(by_engine * 2 > contained, "{engine} answered only {by_engine} of {contained}");
}

/// Guests, and places in cities of their own.
struct Market {
    guests: Vec<Person>,
    places: Vec<(Place, String)>,
}

/// What somebody books, and where others look for it.
struct Wish {
    guest: Client,
    place: Uuid,
    city: String,
    from: i64,
}

impl Market {
    async fn open(visitor: &Client) -> Self {
        let host = visitor.somebody("Hana").await;
        let guests = join_all(["Gita", "Goran", "Grete", "Gaspard"].map(|name| visitor.somebody(name))).await;
        let mut places = Vec::new();
        for number in 0..CITIES * A_CITY {
            let city = format!("Port {}", number % CITIES);
            places.push((host.lists(json!({"city": city, "instant_book": true})).await, city));
        }
        Self { guests, places }
    }

    /// Nobody else wishes the same nights of the same place.
    fn wish(&self, number: usize) -> Wish {
        let (place, city) = &self.places[number % self.places.len()];
        let round = i64::try_from(number / self.places.len()).expect("few rounds");
        let guest = self.guests[number % self.guests.len()].client.clone();
        Wish { guest, place: place.id, city: city.clone(), from: FIRST + 3 * round }
    }
}

impl Wish {
    /// Books, and looks for the place at another server at once: who answered there, and how many other places there are;
    /// nothing where the booking's answer says that the views do not contain it yet.
    async fn book_and_look(self, finder: &Client) -> Option<(String, usize)> {
        let Self { guest, place, city, from } = self;
        let booked = guest.post("/bookings", booking(place, from, from + 2)).await.expect(201);
        if booked.header("x-read-model") == Some("behind") {
            return None;
        }
        let (check_in, check_out) = (day(from + 1), day(from + 2));
        let query = [("location", city.as_str()), ("check_in", &check_in), ("check_out", &check_out)];
        let answer = finder.send(finder.request(Method::GET, "/search/places").query(&query)).await.expect(200);
        let items = answer.data()["items"].as_array().expect("items");
        assert!(items.iter().all(|item| item["id"] != json!(place)), "{place} is offered from day {from} on");
        Some((answer.header("x-search-engine").expect("a finder").to_owned(), items.len()))
    }
}
