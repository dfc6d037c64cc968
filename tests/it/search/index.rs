//! The index outside the database, and how PostgreSQL steps in for it. Its feeding is tested with the views, on an
//! engine in memory; here it is the real one.

use harness::{Client, Gate, Meilisearch, Person, Server, booking, day, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ask, ids, own_word};

const NOBODY: [Uuid; 0] = [];

/// A server with an index, behind a gate.
struct House {
    engine: Meilisearch,
    gate: Gate,
    server: Server,
    client: Client,
    host: Person,
    word: String,
}

impl House {
    async fn open(test: &str) -> Option<Self> {
        let engine = Meilisearch::given(test)?;
        let gate = Gate::before(&engine.url).await;
        let server = Server::start(&[("MEILI_URL", &gate.url())]).await;
        if server.database.is_none() {
            harness::needs_postgres(test);
            return None;
        }
        let client = server.client();
        let host = client.somebody("Zoé").await;
        Some(Self { engine, gate, server, client, host, word: own_word("quux") })
    }

    async fn lists(&self) -> Uuid {
        self.host.lists(json!({"title": self.word})).await.id
    }

    /// Who finds what now.
    async fn found(&self) -> (String, Vec<Uuid>) {
        found(&self.client, &[("q", &self.word)]).await
    }

    /// Waits until the index answers, and contains what the log contains now.
    async fn settle(&self) {
        // A write that was cut off would be relied on in two minutes only.
        self.execute("update search_indexes set doubted_since = doubted_since - interval '1 hour'").await;
        settle(&self.server).await;
    }

    async fn indexes(&self) -> Vec<String> {
        self.engine.indexes_of(self.server.database.as_ref().expect("a database")).await
    }

    async fn execute(&self, sql: &str) {
        let mut database = self.server.database.as_ref().expect("a database").connect().await;
        sqlx::query(sql).execute(&mut database).await.expect("the database answers");
    }
}

async fn found(client: &Client, query: &[(&str, &str)]) -> (String, Vec<Uuid>) {
    let answer = ask(client, query, None).await.expect(200);
    (answer.header("x-search-engine").expect("a finder").to_owned(), ids(&answer))
}

async fn settle(server: &Server) {
    let head = server.app.views.head().await.expect("a position").to_string();
    let client = server.client();
    let by_index = async || {
        let answer = ask(&client, &[], Some(&head)).await.expect(200);
        (answer.header("x-search-engine") == Some("meilisearch")).then_some(())
    };
    eventually(by_index).await;
}

fn by(engine: &str, places: impl Into<Vec<Uuid>>) -> (String, Vec<Uuid>) {
    (engine.to_owned(), places.into())
}

#[tokio::test]
async fn postgresql_answers_while_the_engine_cannot_be_reached() {
    let Some(mut house) = House::open("postgresql_answers_while_the_engine_cannot_be_reached").await else { return };
    let first = house.lists().await;
    house.settle().await;
    assert_eq!(house.found().await, by("meilisearch", [first]));

    house.gate.close().await;
    assert_eq!(house.found().await, by("postgres", [first]));
    let second = house.lists().await;
    assert_eq!(house.found().await, by("postgres", [second, first]), "what was written meanwhile is found");
    let admin = house.server.admin().await;
    let told = eventually(async || Some(status(&admin).await).filter(|told| told["attempts"] != 0)).await;
    assert!(told["last_error"].as_str().expect("why").contains("Meilisearch cannot be reached"), "{told}");
    house.client.get("//health/ready").await.expect(200);

    house.gate.open().await;
    house.settle().await;
    assert_eq!(house.found().await, by("meilisearch", [second, first]));
    assert_eq!(house.indexes().await.len(), 1, "it went on where it was");
    let told = eventually(async || Some(status(&admin).await).filter(|told| told["attempts"] == 0)).await;
    assert_eq!((&told["last_error"], &told["state"]), (&Value::Null, &json!("running")));
}

async fn status(admin: &Person) -> Value {
    let all = admin.client.get("/admin/projections").await.expect(200).data().clone();
    let items = all["items"].as_array().expect("items").iter();
    items.clone().find(|item| item["name"] == "meilisearch").expect("the index").clone()
}

#[tokio::test]
async fn postgresql_answers_while_the_engine_is_silent() {
    let Some(mut house) = House::open("postgresql_answers_while_the_engine_is_silent").await else { return };
    let place = house.lists().await;
    house.settle().await;
    house.gate.stall().await;
    for _ in 0..3 {
        assert_eq!(house.found().await, by("postgres", [place]));
    }
    house.gate.open().await;
    house.settle().await;
    assert_eq!(house.found().await, by("meilisearch", [place]));
}

#[tokio::test]
async fn a_program_that_starts_again_goes_on_with_the_index() {
    let Some(house) = House::open("a_program_that_starts_again_goes_on_with_the_index").await else { return };
    let first = house.lists().await;
    house.settle().await;
    let before = house.indexes().await;
    let again = house.server.beside(&[("MEILI_URL", &house.gate.url())]).await.expect("a second house");
    let second = house.lists().await;
    settle(&again).await;
    let query = [("q", house.word.as_str())];
    assert_eq!(found(&again.client(), &query).await, by("meilisearch", [second, first]));
    assert_eq!(house.indexes().await, before);
}

#[tokio::test]
async fn an_index_that_is_lost_is_made_again() {
    let Some(house) = House::open("an_index_that_is_lost_is_made_again").await else { return };
    let place = house.lists().await;
    house.settle().await;
    let [lost] = &house.indexes().await[..] else { panic!("one index") };
    house.engine.lose(lost).await;
    assert_eq!(house.found().await, by("postgres", [place]), "which is how it is found out");
    house.settle().await;
    assert_eq!(house.found().await, by("meilisearch", [place]));
    assert!(!house.indexes().await.contains(lost));
}

#[tokio::test]
async fn searches_are_answered_by_the_index_all_the_time_that_it_is_rebuilt() {
    let test = "searches_are_answered_by_the_index_all_the_time_that_it_is_rebuilt";
    let Some(house) = House::open(test).await else { return };
    let place = house.lists().await;
    house.settle().await;
    let before = house.indexes().await;
    let admin = house.server.admin().await;
    house.settle().await;
    let rebuild = admin.client.post_empty("/admin/projections/meilisearch/rebuild");
    let mut rebuild = std::pin::pin!(rebuild);
    let rebuilt = loop {
        tokio::select! {
            rebuilt = &mut rebuild => break rebuilt,
            found = house.found() => assert_eq!(found, by("meilisearch", [place])),
        }
    };
    assert_eq!(rebuilt.expect(200).data()["name"], "meilisearch");
    assert_eq!(house.found().await, by("meilisearch", [place]));
    house.execute("update search_indexes set since = since - interval '1 minute'").await;
    let after = eventually(async || Some(house.indexes().await).filter(|now| now.len() == 1)).await;
    assert_ne!(after, before);
    assert_eq!(house.found().await, by("meilisearch", [place]));

    let metrics = house.client.get("//metrics").await;
    let page = metrics.body.as_str().expect("a page");
    assert!(page.contains("hbnb_projection_lag{name=\"meilisearch\"} "), "{page}");
}

#[tokio::test]
async fn what_is_booked_after_the_indexs_checkpoint_is_out_at_once() {
    let test = "what_is_booked_after_the_indexs_checkpoint_is_out_at_once";
    let Some(house) = House::open(test).await else { return };
    let (place, other) = (house.lists().await, house.lists().await);
    let guest = house.client.somebody("Gil").await;
    house.settle().await;
    // Nothing is fed from here on.
    house.execute("update search_feeders set retry_at = clock_timestamp() + interval '1 hour'").await;
    let (from, to) = (day(30), day(33));
    let query = [("q", house.word.as_str()), ("check_in", &from), ("check_out", &to)];
    assert_eq!(found(&house.client, &query).await, by("meilisearch", [other, place]));

    let booked = guest.client.post("/bookings", booking(place, 32, 34)).await.expect(201);
    assert_eq!(found(&house.client, &query).await, by("meilisearch", [other]));
    house.host.client.post(&format!("/places/{other}/blocks"), json!({"from": day(30), "to": day(31)})).await;
    assert_eq!(found(&house.client, &query).await, by("meilisearch", NOBODY));
    let cancel = format!("/bookings/{}/cancel", booked.id());
    guest.client.post(&cancel, json!({"reason": "Ill."})).await.expect(200);
    assert_eq!(found(&house.client, &query).await, by("meilisearch", [place]));
    assert_eq!(house.found().await, by("meilisearch", [other, place]));
}

#[tokio::test]
async fn what_is_completed_contains_the_position_that_is_asked_for() {
    let Some(house) = House::open("what_is_completed_contains_the_position_that_is_asked_for").await else { return };
    let first = house.lists().await;
    house.settle().await;
    // Nothing is fed from here on.
    house.execute("update search_feeders set retry_at = clock_timestamp() + interval '1 hour'").await;
    let second = house.lists().await;
    let head = house.server.app.views.head().await.expect("a position").to_string();
    let completed = async |position: Option<&str>| {
        let mut request = house.client.request(Method::GET, "/search/suggest").query(&[("q", &house.word)]);
        if let Some(position) = position {
            request = request.header("x-min-position", position);
        }
        let answer = house.client.send(request).await.expect(200);
        let places = answer.data()["places"].as_array().expect("places").iter();
        let ids = places.map(|place| place["id"].as_str().and_then(|id| id.parse().ok()).expect("an id"));
        (answer.header("x-search-engine").expect("a finder").to_owned(), ids.collect::<Vec<Uuid>>())
    };
    assert_eq!(completed(None).await, by("meilisearch", [first]));
    assert_eq!(completed(Some(&head)).await, by("postgres", [second, first]));
}

/// A part of a list by two, and where it goes on.
async fn part(house: &House, sort: &str, cursor: Option<&str>) -> ((String, Vec<Uuid>), Option<String>) {
    let mut query = vec![("q", house.word.as_str()), ("per_page", "2"), ("sort", sort)];
    query.extend(cursor.map(|cursor| ("cursor", cursor)));
    let answer = ask(&house.client, &query, None).await.expect(200);
    let engine = answer.header("x-search-engine").expect("a finder");
    (by(engine, ids(&answer)), answer.data()["next_cursor"].as_str().map(str::to_owned))
}

#[tokio::test]
async fn a_list_goes_on_exactly_where_it_was_when_the_engine_goes_away() {
    let test = "a_list_goes_on_exactly_where_it_was_when_the_engine_goes_away";
    let Some(mut house) = House::open(test).await else { return };
    let mut places = Vec::new();
    for price in ["50", "40", "30", "20"] {
        places.push(house.host.lists(json!({"title": house.word, "price": price})).await.id);
    }
    places.reverse();
    house.settle().await;
    for sort in ["newest", "price"] {
        house.gate.open().await;
        house.settle().await;
        let (first, next) = part(&house, sort, None).await;
        assert_eq!(first, by("meilisearch", &places[..2]), "{sort}");
        let (rest, _) = part(&house, sort, next.as_deref()).await;
        assert_eq!(rest, by("meilisearch", &places[2..]), "{sort}");

        house.gate.close().await;
        let (rest, end) = part(&house, sort, next.as_deref()).await;
        assert_eq!((rest, end), (by("postgres", &places[2..]), None), "{sort}");
    }
    house.gate.open().await;
    house.settle().await;
    let (first, next) = part(&house, "relevance", None).await;
    assert_eq!(first, by("meilisearch", &places[..2]));
    let next = next.expect("a cursor");
    house.gate.close().await;
    let query = [("q", house.word.as_str()), ("per_page", "2"), ("sort", "relevance"), ("cursor", &next)];
    let refused = ask(&house.client, &query, None).await.expect_error(503, "unavailable");
    assert!(refused.header("retry-after").is_some());

    house.gate.open().await;
    let newer = house.lists().await;
    house.settle().await;
    let (rest, end) = part(&house, "relevance", Some(&next)).await;
    assert_eq!((rest, end), (by("meilisearch", &places[2..]), None), "although {newer} comes before them now");
}
