//! The house with its places and accounts, and the requests that are made of it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use axum::body::Bytes;
use http_body_util::Full;
use hyper::Request;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use serde_json::json;

use crate::house::House;

const PLACES: usize = 64;
const ACCOUNTS: usize = 8;
/// The nights of a calendar that is looked at.
const FROM: &str = "2027-01-01";
const TO: &str = "2027-02-01";
/// What proxies write into requests, which the house believes here: that is how one machine has many addresses.
const FORWARDED: &str = "x-forwarded-for";

pub(crate) struct Scene {
    house: House,
    address: SocketAddr,
    places: Vec<String>,
    /// A reader's access token.
    token: String,
    reads: AtomicUsize,
    attempts: AtomicU32,
}

impl Scene {
    pub(crate) async fn set(url: &str) -> Self {
        let house = House::open(url, "sign_in", &[("HBNB_TRUSTED_PROXIES", "127.0.0.0/8")]).await;
        let (places, token) = furnish(&house).await;
        let address = house.serve(house.app.router.clone()).await;
        Self { house, address, places, token, reads: AtomicUsize::new(0), attempts: AtomicU32::new(0) }
    }

    pub(crate) async fn strike(self) {
        self.house.close().await;
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The next read: the place itself, which the cache holds; its calendar, which it does not; or the reader's own
    /// profile.
    pub(crate) fn read(&self) -> Request<Full<Bytes>> {
        let turn = self.reads.fetch_add(1, Ordering::Relaxed);
        let place = &self.places[turn / 3 % self.places.len()];
        let request = match turn % 3 {
            0 => Request::get(format!("/api/v1/places/{place}")),
            1 => Request::get(format!("/api/v1/places/{place}/availability?from={FROM}&to={TO}")),
            _ => Request::get("/api/v1/users/me").header(AUTHORIZATION, format!("Bearer {}", self.token)),
        };
        request.header(HOST, "localhost").body(Full::default()).unwrap()
    }

    /// An attempt from a new address, of an account that is there and of one that is not in turns.
    pub(crate) fn sign_in(&self) -> Request<Full<Bytes>> {
        let number = self.attempts.fetch_add(1, Ordering::Relaxed);
        self.attempt(number, number.is_multiple_of(2))
    }

    /// An attempt of an account that is there, or of one that is not.
    pub(crate) fn attempt(&self, number: u32, is_known: bool) -> Request<Full<Bytes>> {
        let email =
            if is_known { account(number as usize / 2 % ACCOUNTS) } else { format!("nobody{number}@example.org") };
        let body = json!({"email": email, "password": format!("guess number {number}")});
        let request = Request::post("/api/v1/auth/login").header(HOST, "localhost");
        let request = request.header(CONTENT_TYPE, "application/json");
        let request = request.header(FORWARDED, Ipv4Addr::from_bits(0x0b00_0000 + number).to_string());
        request.body(Full::from(body.to_string())).unwrap()
    }
}

fn account(number: usize) -> String {
    format!("account{number}@example.org")
}

/// Accounts, and the places of the last of them; their ids, and that one's token.
async fn furnish(house: &House) -> (Vec<String>, String) {
    let mut token = String::new();
    for number in 0..ACCOUNTS {
        token = house.account(&account(number)).await;
    }
    let mut places = Vec::new();
    for number in 0..PLACES {
        let place = json!({"title": format!("Place {number}"), "price": "100.00", "city": "Paris", "capacity": 4,
            "description": "A quiet place with a view. ".repeat(20), "latitude": 48.87, "longitude": 2.36});
        let made = house.post("/api/v1/places", Some(&token), &place).await;
        places.push(made["data"]["id"].as_str().unwrap().to_owned());
    }
    (places, token)
}
