//! Clients that keep a fleet busy and never give a command up: each is sent under one `Idempotency-Key`, to one server
//! after the other, until it is answered.

use std::sync::Arc;
use std::time::Duration;

use harness::{Answer, Client, Person, Place, booking, day};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use super::dice::Dice;
use super::fleet::Bases;

/// How long a client waits for one try: a stopped process never answers.
const TRY: Duration = Duration::from_secs(3);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(25);
/// How long a command may stay unanswered, whatever happens to the fleet.
const PATIENCE: Duration = Duration::from_secs(60);
/// How far ahead clients book, in days.
const HORIZON: u64 = 400;

/// Every request of a load has an id, and a key, that begins so.
pub(super) const MARK: &str = "load-";

/// Clients at work.
#[derive(Debug)]
pub(super) struct Load {
    clients: JoinSet<Vec<Outcome>>,
    answered: watch::Receiver<usize>,
    stop: watch::Sender<bool>,
}

/// A command that was answered for good.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    /// Its request id and its idempotency key, the same in every try.
    pub(super) key: String,
    /// Who sent it, at no particular server.
    pub(super) sender: Client,
    pub(super) path: String,
    pub(super) body: Value,
    pub(super) answer: Answer,
    /// How often it was sent.
    pub(super) tries: usize,
}

/// Who acts, and where.
#[derive(Debug, Clone)]
struct Cast {
    guests: Vec<Person>,
    places: Vec<Place>,
    bases: Bases,
    answered: Arc<watch::Sender<usize>>,
}

impl Load {
    /// Registers people, lists places and sets `clients` clients to work.
    pub(super) async fn start(bases: Bases, clients: u64) -> Self {
        let visitor = Client::new(bases.pick(0));
        let (host, other_host) = (visitor.somebody("Hana").await, visitor.somebody("Henri").await);
        let mut places = Vec::new();
        for number in 0..8 {
            let lister = if number % 2 == 0 { &host } else { &other_host };
            places.push(lister.lists(json!({"instant_book": number % 4 == 0})).await);
        }
        let guests = vec![visitor.somebody("Gita").await, visitor.somebody("Goran").await];
        let (answered, watched) = watch::channel(0);
        let (stop, stopped) = watch::channel(false);
        let cast = Cast { guests, places, bases, answered: Arc::new(answered) };
        let mut tasks = JoinSet::new();
        for number in 0..clients {
            tasks.spawn(Worker::new(number, cast.clone()).work(stopped.clone()));
        }
        Self { clients: tasks, answered: watched, stop }
    }

    /// Waits until `more` commands have been answered from now on: somebody still serves.
    pub(super) async fn goes_on(&mut self, more: usize) {
        let target = *self.answered.borrow() + more;
        let reaching = async { self.answered.wait_for(|answered| *answered >= target).await.is_ok() };
        if !timeout(PATIENCE, reaching).await.unwrap_or(false) {
            // A client that panicked says more than the silence of the others.
            while let Some(ended) = self.clients.try_join_next() {
                ended.expect("a client works until it is told to stop");
            }
            panic!("the fleet serves nobody: {} of {target} answered", *self.answered.borrow());
        }
    }

    /// Lets every client finish its last command; what all of them were told.
    pub(super) async fn finish(self) -> Vec<Outcome> {
        self.stop.send_replace(true);
        let outcomes = timeout(PATIENCE * 2, self.clients.join_all()).await.expect("every command is answered");
        outcomes.into_iter().flatten().collect()
    }
}

/// One client.
#[derive(Debug)]
struct Worker {
    number: u64,
    sent: u64,
    dice: Dice,
    cast: Cast,
    /// Bookings it made and has not touched since, with the guest and the host.
    open: Vec<(Uuid, Client, Client)>,
    outcomes: Vec<Outcome>,
}

impl Worker {
    fn new(number: u64, cast: Cast) -> Self {
        Self { number, sent: 0, dice: Dice::new(number), cast, open: Vec::new(), outcomes: Vec::new() }
    }

    async fn work(mut self, stopped: watch::Receiver<bool>) -> Vec<Outcome> {
        while !*stopped.borrow() {
            match self.dice.below(10) {
                0..5 => self.book().await,
                5..8 => self.settle().await,
                8 => self.block().await,
                _ => self.list().await,
            }
        }
        self.outcomes
    }

    async fn book(&mut self) {
        let (guest, place) = (self.dice.pick(&self.cast.guests).clone(), self.dice.pick(&self.cast.places).clone());
        let (from, to) = self.dice.nights(HORIZON, 4);
        let answer = self.send(&guest.client, "/bookings".to_owned(), booking(place.id, from + 1, to + 1)).await;
        if answer.status == 201 {
            self.open.push((answer.id(), guest.client, place.host.client));
        }
    }

    /// Confirms, declines or cancels a booking of its own. An instant one refuses to be confirmed again.
    async fn settle(&mut self) {
        let Some((id, guest, host)) = self.open.pop() else { return };
        let (sender, verb, body) = match self.dice.below(3) {
            0 => (host, "confirm", json!({})),
            1 => (host, "decline", json!({"reason": "Under repair"})),
            _ => (guest, "cancel", json!({"reason": "Other plans"})),
        };
        self.send(&sender, format!("/bookings/{id}/{verb}"), body).await;
    }

    async fn block(&mut self) {
        let place = self.dice.pick(&self.cast.places).clone();
        let (from, to) = self.dice.nights(HORIZON, 2);
        let body = json!({"from": day(from + 1), "to": day(to + 1), "reason": "Painting"});
        self.send(&place.host.client, format!("/places/{}/blocks", place.id), body).await;
    }

    async fn list(&mut self) {
        let host = self.dice.pick(&self.cast.places).host.clone();
        let body = json!({"title": "Cabane de l'été", "price": "80.50", "capacity": 2});
        self.send(&host.client, "/places".to_owned(), body).await;
    }

    /// Sends one command until it is answered, and keeps the answer.
    async fn send(&mut self, sender: &Client, path: String, body: Value) -> Answer {
        let key = format!("{MARK}{}-{}", self.number, self.sent);
        self.sent += 1;
        let command = Outcome { key, sender: sender.clone(), path, body, answer: unanswered(), tries: 0 };
        let outcome = self.insist(command).await;
        let answer = outcome.answer.clone();
        self.outcomes.push(outcome);
        self.cast.answered.send_modify(|answered| *answered += 1);
        answer
    }

    async fn insist(&self, mut command: Outcome) -> Outcome {
        let begun = Instant::now();
        // Clients spread over the servers.
        let first = self.number as usize;
        loop {
            let base = self.cast.bases.pick(first + command.tries);
            command.tries += 1;
            if let Ok(answer) = command.sent_to(base).await {
                match answer.status {
                    200 | 201 | 409 => return Outcome { answer, ..command },
                    503 => {}
                    _ => panic!("{} {}: {} {:#}", command.path, command.body, answer.status, answer.body),
                }
            }
            assert!(begun.elapsed() < PATIENCE, "{} stays unanswered after {} tries", command.path, command.tries);
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl Outcome {
    /// Whether the command was accepted.
    pub(super) fn is_success(&self) -> bool {
        self.answer.status < 300
    }

    /// Where the log has it, if it was accepted.
    pub(super) fn position(&self) -> i64 {
        position(&self.answer)
    }

    /// Sends the command, again or for the first time, to one server.
    pub(super) async fn sent_to(&self, base: String) -> Result<Answer, reqwest::Error> {
        let client = self.sender.at(base);
        let request = client.request(Method::POST, &self.path).timeout(TRY).json(&self.body);
        client.try_send(request.header("Idempotency-Key", &self.key).header("X-Request-Id", &self.key)).await
    }
}

/// What a command's answer says of the log.
pub(super) fn position(answer: &Answer) -> i64 {
    let position = answer.header("x-event-position").expect("a command's answer has its position");
    position.parse().expect("a position is a number")
}

fn unanswered() -> Answer {
    Answer { status: 0, headers: reqwest::header::HeaderMap::new(), body: Value::Null }
}
