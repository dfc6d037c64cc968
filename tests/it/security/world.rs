//! The cast of `access.md`, and the things that requests are about.

use std::collections::BTreeMap;

use harness::{Answer, Client, PASSWORD, Person, Place, Server, booking, day};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::stays::{Reviews, Stays};

/// A server with somebody of every kind.
pub(super) struct World {
    /// Ends with the world.
    _server: Server,
    /// Whose things the requests are about.
    pub(super) tenant: Tenant,
    /// Others like them.
    pub(super) other: Tenant,
    /// Who is suspended, and has asked for nights and let a place before.
    pub(super) suspended: Person,
    /// Of the one who is suspended.
    pub(super) hidden_place: Uuid,
    /// Grants roles.
    admin: Person,
    clients: BTreeMap<&'static str, Client>,
}

/// A host and a guest, and what is between them.
pub(super) struct Tenant {
    pub(super) host: Person,
    pub(super) guest: Person,
    /// Listed; the guest has asked for nights.
    pub(super) place: Place,
    /// Of that place.
    pub(super) booking: Uuid,
    /// Of that place.
    pub(super) block: Uuid,
    /// Seen by its host alone.
    pub(super) draft: Place,
    /// Of stays at another place that are over.
    pub(super) reviews: Reviews,
}

const ADMIN: &str = "admin.of.the.campaign@example.org";

impl World {
    /// Everybody, on a server of their own.
    pub(super) async fn new() -> Self {
        let server = Server::start(&[("HBNB_ADMIN_EMAIL", ADMIN), ("HBNB_ADMIN_PASSWORD", PASSWORD)]).await;
        let nobody = server.client();
        let admin = nobody.sign_in(Uuid::nil(), ADMIN).await;
        let stays = [Stays::new(&nobody).await, Stays::new(&nobody).await];
        // Five days later the stays are over; access tokens are, too.
        server.clock.advance(SignedDuration::from_hours(120));
        let admin = nobody.sign_in(admin.id, ADMIN).await;
        let [stay, other] = stays;
        let tenant = Tenant::new(stay.continued(&nobody).await, &admin).await;
        let other = Tenant::new(other.continued(&nobody).await, &admin).await;
        let stranger = nobody.somebody("Mallory").await;
        let auditor = with_role(&admin, nobody.somebody("Auguste").await, "auditor").await;
        let suspended = nobody.somebody("Samira").await;
        let hidden_place = suspended.lists(json!({})).await.id;
        let suspended = suspend(&admin, suspended).await;
        let clients = BTreeMap::from([
            ("suspended", suspended.client.clone()),
            ("nobody", nobody),
            ("stranger", stranger.client),
            ("guest", tenant.guest.client.clone()),
            ("host", tenant.host.client.clone()),
            ("foreign guest", other.guest.client.clone()),
            ("foreign host", other.host.client.clone()),
            ("auditor", auditor.client),
            ("admin", admin.client.clone()),
        ]);
        Self { _server: server, tenant, other, suspended, hidden_place, admin, clients }
    }

    /// Somebody of the cast.
    pub(super) fn client(&self, role: &str) -> &Client {
        self.clients.get(role).unwrap_or_else(|| panic!("nobody plays {role}"))
    }

    /// Somebody new in a role, for what ends an account or all its sessions.
    pub(super) async fn understudy(&self, role: &str) -> Client {
        let nobody = self.client("nobody");
        match role {
            "nobody" => nobody.clone(),
            "auditor" | "admin" => with_role(&self.admin, nobody.somebody("Umberto").await, role).await.client,
            "suspended" => suspend(&self.admin, nobody.somebody("Umberto").await).await.client,
            _ => nobody.somebody("Umberto").await.client,
        }
    }
}

/// The same person in a new session, with a role.
async fn with_role(admin: &Person, person: Person, role: &str) -> Person {
    let grant = json!({"role": role, "reason": "Needed for the campaign."});
    admin.client.post(&format!("/admin/users/{}/roles", person.id), grant).await.expect(200);
    person.client.sign_in(person.id, &person.email).await
}

/// The same person, whose account is suspended, in the session of before.
async fn suspend(admin: &Person, person: Person) -> Person {
    let reason = json!({"reason": "Needed for the campaign."});
    admin.client.post(&format!("/admin/users/{}/suspend", person.id), reason).await.expect(200);
    person
}

impl Tenant {
    async fn new(stays: Stays, admin: &Person) -> Self {
        let reviews = stays.reviewed(admin).await;
        let Stays { host, guest, .. } = stays;
        let place = host.lists(json!({})).await;
        let booking = guest.asks_for(&place, 10, 12).await.expect(201).id();
        let body = json!({"from": day(20), "to": day(22), "reason": "Painting the kitchen"});
        let block = host.client.post(&format!("/places/{}/blocks", place.id), body).await.expect(201).id();
        let draft = host.lists(json!({"status": "draft"})).await;
        Self { host, guest, place, booking, block, draft, reviews }
    }

    /// A place in this case: `draft`, `listed`, or `unlisted`, which the guest has asked for once.
    pub(super) async fn new_place(&self, case: &str) -> Place {
        let status = if case == "draft" { "draft" } else { "listed" };
        let place = self.host.lists(json!({"status": status})).await;
        if case == "unlisted" {
            self.guest.asks_for(&place, 10, 12).await.expect(201);
            self.host.client.post_empty(&format!("/places/{}/unpublish", place.id)).await.expect(200);
        }
        place
    }

    /// A place that is there already.
    pub(super) fn place(&self, case: &str) -> Uuid {
        if case == "draft" { self.draft.id } else { self.place.id }
    }

    /// A request of the guest that nobody has answered (`pending`), or that the host has (`confirmed`).
    pub(super) async fn new_booking(&self, case: &str) -> Uuid {
        let place = self.new_place("listed").await;
        let booking = self.guest.asks_for(&place, 10, 12).await.expect(201).id();
        if case == "confirmed" {
            self.host.client.post_empty(&format!("/bookings/{booking}/confirm")).await.expect(200);
        }
        booking
    }

    /// A block of a new place in this case: both.
    pub(super) async fn new_block(&self, case: &str) -> (Uuid, Uuid) {
        let place = self.new_place(case).await;
        let body = json!({"from": day(20), "to": day(22)});
        let block = self.host.client.post(&format!("/places/{}/blocks", place.id), body).await.expect(201);
        (place.id, block.id())
    }
}

/// A request that would succeed if the right person sent it.
pub(super) struct Request {
    /// From the root.
    pub(super) path: String,
    pub(super) body: Option<Value>,
    /// Who sends it instead of the usual one in that role.
    pub(super) sender: Option<Client>,
    /// The thing that it is about, and one in its place that is not there.
    pub(super) about: Option<(String, String)>,
}

impl Request {
    /// A request to a path below `/api/v1`.
    pub(super) fn to(path: impl Into<String>) -> Self {
        Self { path: format!("/api/v1{}", path.into()), body: None, sender: None, about: None }
    }

    /// With this body.
    pub(super) fn body(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    /// Sent by this one.
    pub(super) fn by(self, sender: Client) -> Self {
        Self { sender: Some(sender), ..self }
    }

    /// About this thing, which the path or the body names.
    pub(super) fn about(self, id: Uuid) -> Self {
        self.about_one(id, Uuid::now_v7())
    }

    /// The same of things whose names are no UUIDs; `absent` is none of them.
    pub(super) fn about_one(self, name: impl ToString, absent: impl ToString) -> Self {
        let (name, absent) = (name.to_string(), absent.to_string());
        let body = self.body.as_ref().map(Value::to_string).unwrap_or_default();
        assert!(self.path.contains(&name) || body.contains(&name), "{} is about {name}", self.path);
        Self { about: Some((name, absent)), ..self }
    }

    /// The same about something that is not there.
    pub(super) fn about_nothing(&self) -> Option<Self> {
        let (name, absent) = self.about.as_ref()?;
        let instead = |text: &str| text.replace(name, absent);
        let body = self.body.as_ref().map(|body| instead(&body.to_string()).parse().expect("still JSON"));
        Some(Self { path: instead(&self.path), body, sender: self.sender.clone(), about: None })
    }

    /// Sends it.
    pub(super) async fn send(&self, method: &str, client: &Client) -> Answer {
        let client = self.sender.as_ref().unwrap_or(client);
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        // A second slash: a path from the root.
        let request = client.request(method, &format!("/{}", self.path));
        client.send(if let Some(body) = &self.body { request.json(body) } else { request }).await
    }
}

/// The body of a request for nights that are free.
pub(super) fn free_nights(place: Uuid) -> Value {
    booking(place, 30, 32)
}
