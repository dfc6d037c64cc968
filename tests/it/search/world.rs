//! Whatever is asked and whatever happens meanwhile, the answer is that of a naive look at every place.

#[path = "world/naive.rs"]
mod naive;

use std::collections::BTreeMap;

use harness::{Client, Person, Place, booking, day, eventually};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use uuid::Uuid;

use self::naive::{CITIES, CODES, Plain, Question};
use super::{ids, search, server};

const PLACES: usize = 30;
const ACTS: usize = 60;
const QUESTIONS_AFTER_EACH: usize = 5;

/// What happens to a place between two questions.
#[derive(Debug, Clone)]
enum Act {
    Books(i64, i64),
    CancelsOne,
    Blocks(i64, i64),
    Reprices(i64),
    Unpublishes,
    Publishes,
}

fn act() -> impl Strategy<Value = Act> {
    let nights = (naive::FIRST_DAY..naive::FIRST_DAY + 20, 1..6_i64);
    prop_oneof![
        5 => nights.clone().prop_map(|(from, nights)| Act::Books(from, from + nights)),
        3 => Just(Act::CancelsOne),
        2 => nights.prop_map(|(from, nights)| Act::Blocks(from, from + nights)),
        1 => (10..200_i64).prop_map(Act::Reprices),
        1 => Just(Act::Unpublishes),
        1 => Just(Act::Publishes),
    ]
}

fn draw<S: Strategy>(runner: &mut TestRunner, strategy: &S) -> S::Value {
    strategy.new_tree(runner).expect("a value").current()
}

#[tokio::test]
async fn results_equal_a_naive_look_at_every_place() {
    let Some(server) = server().await else { return };
    let client = server.client();
    let mut runner = TestRunner::deterministic();
    let mut world = World::new(&client, &mut runner).await;
    for _ in 0..ACTS {
        let (place, act) = draw(&mut runner, &(0..PLACES, act()));
        world.act(place, act).await;
        for _ in 0..QUESTIONS_AFTER_EACH {
            world.ask(&client, &draw(&mut runner, &naive::question())).await;
        }
    }
}

struct World {
    host: Person,
    guest: Person,
    places: Vec<(Place, Plain)>,
    bookings: BTreeMap<Uuid, Uuid>,
}

impl World {
    async fn new(client: &Client, runner: &mut TestRunner) -> Self {
        let (host, guest) = (client.somebody("Zoé").await, client.somebody("Gil").await);
        let mut places = Vec::new();
        for age in 0..PLACES {
            let mut plain = draw(runner, &naive::plain());
            plain.age = age;
            let place = host.lists(plain.body()).await;
            plain.id = place.id;
            places.push((place, plain));
        }
        Self { host, guest, places, bookings: BTreeMap::new() }
    }

    async fn act(&mut self, number: usize, act: Act) {
        let (place, plain) = &mut self.places[number];
        let path = format!("/places/{}", place.id);
        let answer = match act {
            Act::Books(from, to) => {
                let answer = self.guest.client.post("/bookings", booking(place.id, from, to)).await;
                if answer.status == 201 {
                    plain.taken.insert(answer.id(), (from, to));
                    self.bookings.insert(answer.id(), place.id);
                }
                answer
            }
            Act::CancelsOne => {
                let Some((booking_id, place_id)) = self.bookings.pop_first() else { return };
                let (_, plain) = self.places.iter_mut().find(|(place, _)| place.id == place_id).expect("a place");
                plain.taken.remove(&booking_id);
                self.guest
                    .client
                    .post(&format!("/bookings/{booking_id}/cancel"), json!({"reason": "Ill."}))
                    .await
                    .expect(200)
            }
            Act::Blocks(from, to) => {
                let answer =
                    self.host.client.post(&format!("{path}/blocks"), json!({"from": day(from), "to": day(to)})).await;
                if answer.status == 201 {
                    plain.taken.insert(answer.id(), (from, to));
                }
                answer
            }
            Act::Reprices(price) => {
                plain.price = price;
                self.host
                    .client
                    .patch(&path, json!({"price": price.to_string(), "currency": plain.currency}))
                    .await
                    .expect(200)
            }
            Act::Unpublishes | Act::Publishes => {
                let (verb, listed) =
                    if matches!(act, Act::Publishes) { ("publish", true) } else { ("unpublish", false) };
                let answer = self.host.client.post_empty(&format!("{path}/{verb}")).await;
                if answer.status == 200 {
                    plain.listed = listed;
                }
                if !listed && answer.status == 200 {
                    self.settle_withdrawn(number).await;
                }
                answer
            }
        };
        assert!(answer.status < 500, "{answer:?}");
    }

    /// A place that is withdrawn declines its requests in a moment: waits until it has.
    async fn settle_withdrawn(&mut self, number: usize) {
        let (_, plain) = &mut self.places[number];
        let requests: Vec<Uuid> = plain.taken.keys().copied().filter(|id| self.bookings.contains_key(id)).collect();
        for booking_id in requests {
            let declined = eventually(async || {
                let answer = self.guest.client.get(&format!("/bookings/{booking_id}")).await.expect(200);
                match answer.data()["status"].as_str() {
                    Some("pending") => None,
                    status => Some(status == Some("declined")),
                }
            });
            if declined.await {
                plain.taken.remove(&booking_id);
                self.bookings.remove(&booking_id);
            }
        }
    }

    async fn ask(&self, client: &Client, question: &Question) {
        let expected = question.answer(self.places.iter().map(|(_, plain)| plain));
        let parameters = question.parameters();
        let mut query: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        query.push(("per_page", "100"));
        let answer = search(client, &query).await.expect(200);
        assert_eq!(ids(&answer), expected.ids, "{question:?}");
        let data = answer.data();
        assert_eq!(
            (&data["total"], &data["total_is_exact"]),
            (&json!(expected.ids.len()), &json!(true)),
            "{question:?}"
        );
        let counted = |facet: &str, key: &str| -> BTreeMap<String, u64> {
            let facets = data["facets"][facet].as_array().expect("facets").iter();
            facets.map(|one| (text(&one[key]), one["count"].as_u64().expect("a count"))).collect()
        };
        assert_eq!(counted("amenities", "code"), expected.amenities, "{question:?}");
        assert_eq!(counted("cities", "city"), expected.cities, "{question:?}");
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

const _: () = assert!(CITIES.len() > 1 && CODES.len() > 1, "filters must have something to choose");
