//! Many want the same nights, at two servers over one database.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures::{StreamExt, future, stream};
use harness::{Answer, Client, Person, Place, TestDatabase, booking, day, say};
use jiff::civil::Date;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::dice::Dice;
use super::fleet::{Bases, Fleet};
use super::is_proving;
use super::log;
use super::replay::{Held, Replay};
use super::settled::settled;
use super::turn::turn;

/// How many ask.
const REQUESTS: usize = 1_000;
/// How many of them at a time.
const AT_A_TIME: usize = 64;
/// For how many nights in all.
const NIGHTS: u64 = 8;
/// The first of these nights, in days from today.
const FIRST: i64 = 30;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_requests_for_eight_nights_sell_none_twice() {
    if !is_proving("a_thousand_requests_for_eight_nights_sell_none_twice") {
        return;
    }
    let _turn = turn().await;
    let database = TestDatabase::create().await.expect("DATABASE_URL is set");
    let fleet = two_servers(&database).await;
    let market = Market::open(&fleet).await;
    let place = market.host.lists(json!({})).await;

    let answers = race(&market, std::slice::from_ref(&place), |_, _| future::ready(())).await;

    for (_, answer) in &answers {
        assert!(answer.status == 201 || is(answer, "nights_unavailable"), "{} {:#}", answer.status, answer.body);
    }
    let mut connection = database.connect().await;
    let replay = assert_calendar_is_the_log(&mut connection, &[place]).await;
    assert_sold_is_what_was_answered(&replay, &answers);
    report("races", &answers);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_may_reprice_block_and_archive_while_guests_race() {
    if !is_proving("a_host_may_reprice_block_and_archive_while_guests_race") {
        return;
    }
    let _turn = turn().await;
    let database = TestDatabase::create().await.expect("DATABASE_URL is set");
    let fleet = two_servers(&database).await;
    let market = Market::open(&fleet).await;
    let places = [market.host.lists(json!({})).await, market.host.lists(json!({"instant_book": true})).await];

    let answered = AtomicUsize::new(0);
    let over = AtomicBool::new(false);
    let guests = async {
        // A guest who got nights gives most of them back, so that they are fought for again and again.
        let answers = race(&market, &places, |number, answer: &Answer| {
            answered.fetch_add(1, Ordering::Relaxed);
            let cancelled = (answer.status == 201 && number % 8 != 0).then(|| answer.id());
            give_back(&market, number, cancelled)
        })
        .await;
        over.store(true, Ordering::Relaxed);
        answers
    };
    let [first, second] = [&places[0], &places[1]];
    let host = future::join(
        meddle(&market, first, &answered, REQUESTS * 3 / 4, &over),
        meddle(&market, second, &answered, REQUESTS / 2, &over),
    );
    let (answers, (changes, other_changes)) = future::join(guests, host).await;

    let allowed = ["nights_unavailable", "not_bookable", "concurrent_change"];
    for (_, answer) in &answers {
        let fair = answer.status == 201 || allowed.iter().any(|code| is(answer, code));
        assert!(fair, "{} {:#}", answer.status, answer.body);
    }
    let mut connection = database.connect().await;
    // The replay asserts that no place was booked after it was archived, and that each booking froze its price of then.
    let replay = assert_calendar_is_the_log(&mut connection, &places).await;
    assert_agreed_prices_are_charged(&market, &replay, &answers).await;
    assert!(answers.iter().any(|(_, answer)| is(answer, "not_bookable")), "nobody came after the archiving");
    report("races with a busy host", &answers);
    say(&format!("races with a busy host: {} changes of places accepted", changes + other_changes));
}

async fn two_servers(database: &TestDatabase) -> Fleet {
    let mut fleet = Fleet::start(Some(database.url())).await;
    fleet.join().await;
    fleet
}

/// A host, guests, and two servers that all of them use.
struct Market {
    host: Person,
    guests: Vec<Person>,
    bases: Bases,
}

impl Market {
    async fn open(fleet: &Fleet) -> Self {
        let visitor = fleet.client();
        let host = visitor.somebody("Hana").await;
        let names = ["Gita", "Goran", "Grete", "Gaspard", "Galina", "Guo"];
        let guests = future::join_all(names.map(|name| visitor.somebody(name))).await;
        Self { host, guests, bases: fleet.bases() }
    }

    /// The client of who sends request `number`, at one of the servers. Both change at different paces, so that every
    /// guest uses both servers.
    fn guest_of(&self, number: usize) -> Client {
        self.guests[(number + number / 7) % self.guests.len()].client.at(self.bases.pick(number))
    }
}

/// A thousand requests for random ranges of the same few nights; `after` is done with each answer before the next
/// request takes its turn. Each answer with its request's number.
async fn race<F, Fut>(market: &Market, places: &[Place], after: F) -> Vec<(usize, Answer)>
where
    F: Fn(usize, &Answer) -> Fut,
    Fut: Future<Output = ()>,
{
    let mut dice = Dice::new(8);
    let wishes: Vec<_> = (0..REQUESTS).map(|_| (dice.pick(places).id, dice.nights(NIGHTS, NIGHTS))).collect();
    let after = &after;
    stream::iter(wishes.into_iter().enumerate())
        .map(|(number, (place, (from, to)))| async move {
            let wish = booking(place, FIRST + from, FIRST + to);
            let answer = market.guest_of(number).post("/bookings", wish).await;
            after(number, &answer).await;
            (number, answer)
        })
        .buffer_unordered(AT_A_TIME)
        .collect()
        .await
}

/// The guest cancels, at the other server.
async fn give_back(market: &Market, number: usize, booking: Option<Uuid>) {
    let Some(id) = booking else { return };
    let guest = market.guest_of(number).at(market.bases.pick(number + 1));
    let answer = guest.post(&format!("/bookings/{id}/cancel"), json!({"reason": "Other plans"})).await;
    // An archived place may have declined the request first.
    assert!(answer.status == 200 || is(&answer, "invalid_transition"), "{} {:#}", answer.status, answer.body);
}

/// The host changes a place's price and blocks its nights over and over, archives it when `until` requests have been
/// answered; how many changes were accepted.
async fn meddle(market: &Market, place: &Place, answered: &AtomicUsize, until: usize, over: &AtomicBool) -> usize {
    let (mut dice, mut accepted) = (Dice::new(until as u64), 0);
    let path = format!("/places/{}", place.id);
    while answered.load(Ordering::Relaxed) < until && !over.load(Ordering::Relaxed) {
        let host = market.host.client.at(market.bases.pick(dice.below(2) as usize));
        let price = format!("{}.{:02}", 50 + dice.below(200), dice.below(100));
        let repriced = host.patch(&path, json!({"price": price})).await;
        let (from, to) = dice.nights(NIGHTS, 2);
        let nights = json!({"from": day(FIRST + from), "to": day(FIRST + to)});
        let blocked = host.post(&format!("{path}/blocks"), nights).await;
        if blocked.status == 201 {
            let freed = host.delete(&format!("{path}/blocks/{}", blocked.id())).await;
            assert!(freed.status < 300 || is(&freed, "concurrent_change"), "{} {:#}", freed.status, freed.body);
        }
        assert!(
            repriced.status == 200 || is(&repriced, "concurrent_change"),
            "{} {:#}",
            repriced.status,
            repriced.body
        );
        let refused = ["nights_unavailable", "concurrent_change"].iter().any(|code| is(&blocked, code));
        assert!(blocked.status == 201 || refused, "{} {:#}", blocked.status, blocked.body);
        accepted += usize::from(repriced.status == 200) + usize::from(blocked.status == 201);
    }
    let host = market.host.client.at(market.bases.pick(0));
    loop {
        let archived = host.delete(&path).await;
        if archived.status < 300 {
            return accepted + 1;
        }
        assert!(is(&archived, "concurrent_change"), "{} {:#}", archived.status, archived.body);
    }
}

fn is(answer: &Answer, code: &str) -> bool {
    answer.status == 409 && answer.body["code"] == code
}

/// Asserts that claims, view and API all show the calendar that a replay of the log gives.
async fn assert_calendar_is_the_log(connection: &mut PgConnection, places: &[Place]) -> Replay {
    settled(connection).await;
    log::assert_well_formed(connection).await;
    let replay = Replay::of(&log::read(connection).await);
    let held: BTreeMap<_, _> = replay.nights.iter().map(|(night, held)| (*night, held.holder)).collect();
    assert_eq!(claimed_nights(connection).await, held, "the claims are not the log's");
    for place in places {
        assert_eq!(calendar(place).await, replay.calendar(place.id), "the calendar is not the log's");
    }
    replay
}

/// The claims on nights: the key is the place's id, the year in two bytes, the month and the day.
async fn claimed_nights(connection: &mut PgConnection) -> BTreeMap<(Uuid, Date), Uuid> {
    let rows: Vec<(Vec<u8>, Uuid)> = sqlx::query_as("select key, holder from claims where kind = 2")
        .fetch_all(connection)
        .await
        .expect("the database answers");
    let night = |key: &[u8]| {
        let (place, date) = key.split_at(16);
        let year = i16::from_be_bytes([date[0], date[1]]);
        let date = Date::new(year, date[2] as i8, date[3] as i8).expect("a date");
        (Uuid::from_slice(place).expect("an id"), date)
    };
    rows.into_iter().map(|(key, holder)| (night(&key), holder)).collect()
}

/// The nights that are not free, as the host sees them.
async fn calendar(place: &Place) -> BTreeMap<Date, Held> {
    let path = format!("/places/{}/availability?from={}&to={}", place.id, day(0), day(FIRST + 60));
    let answer = place.host.client.get(&path).await.expect(200);
    let nights = answer.data()["nights"].as_array().expect("nights").clone();
    let taken = nights.into_iter().filter_map(|night| {
        let kind = *["booked", "pending", "blocked"].iter().find(|kind| night["reason"] == **kind)?;
        let holder = night["holder_id"].as_str()?.parse().ok()?;
        Some((night["date"].as_str()?.parse().ok()?, Held { holder, kind }))
    });
    taken.collect()
}

/// Asserts that the bookings of the log are those that guests were told of.
fn assert_sold_is_what_was_answered(replay: &Replay, answers: &[(usize, Answer)]) {
    let told: HashMap<Uuid, &Answer> =
        answers.iter().filter(|(_, answer)| answer.status == 201).map(|(_, answer)| (answer.id(), answer)).collect();
    assert_eq!(told.len(), replay.bookings.len(), "bookings that nobody was told of, or that are lost");
    assert!(told.keys().all(|id| replay.bookings.contains_key(id)), "a booking that is not in the log");
}

/// The same, and that each guest is charged what the booking froze.
async fn assert_agreed_prices_are_charged(market: &Market, replay: &Replay, answers: &[(usize, Answer)]) {
    assert_sold_is_what_was_answered(replay, answers);
    for (number, answer) in answers.iter().filter(|(_, answer)| answer.status == 201) {
        let id = answer.id();
        let total = replay.bookings[&id].total;
        let agreed = json!({"amount": format!("{}.{:02}", total / 100, total % 100), "currency": "EUR"});
        let shown = market.guest_of(*number).get(&format!("/bookings/{id}")).await.expect(200);
        assert_eq!(shown.data()["total_price"], agreed);
        // The answer itself shows it, too, unless the views were late.
        assert!(is_behind(answer) || answer.data()["total_price"] == agreed, "{:#}", answer.body);
    }
}

/// Whether the answer came before the views had the command's effect.
fn is_behind(answer: &Answer) -> bool {
    answer.header("x-read-model") == Some("behind")
}

fn report(what: &str, answers: &[(usize, Answer)]) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, answer) in answers {
        *counts.entry(format!("{} {}", answer.status, answer.body["code"].as_str().unwrap_or("sold"))).or_default() +=
            1;
    }
    let behind = answers.iter().filter(|(_, answer)| is_behind(answer)).count();
    say(&format!("{what}: {counts:?} of {}, {behind} answered before the views showed it", answers.len()));
}
