//! Accounts, sessions and access tokens. How refresh tokens follow each other: `rotation`.

mod account_tokens;
mod changed_password;
mod rotation;
mod sessions;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use commands::ports::accounts::Accounts;
use commands::ports::sessions::{Rotation, Sessions};
use commands::ports::tokens::{AuthError, Tokens};
use commands::{Actor, Store, Stream};
use cqrs_es::{AggregateError, EventEnvelope};
use domain::user::{Role, User, UserError, UserEvent};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use super::*;
use crate::keys::JwtKeys;
use crate::personal_data::{MasterKey, PersonKeys};
use crate::test_database::with_database;

const OLD_KEY: &str = "old:oooooooooooooooooooooooooooooooo";
const NEW_KEY: &str = "new:nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn";
const FOREIGN_KEY: &str = "new:ffffffffffffffffffffffffffffffff";

pub(super) fn now() -> Timestamp {
    "2026-11-14T12:00:00Z".parse().unwrap()
}

pub(super) fn later(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

/// Accounts of which the log knows nothing: version 0, whatever their tokens say.
struct NoAccounts;

#[async_trait]
impl Store<User> for NoAccounts {
    async fn load(&self, id: Uuid) -> Result<Stream<User>, AggregateError<UserError>> {
        Ok(Stream::empty(id))
    }

    async fn commit(
        &self,
        _: Vec<UserEvent>,
        _: Stream<User>,
        _: HashMap<String, String>,
    ) -> Result<Vec<EventEnvelope<User>>, AggregateError<UserError>> {
        Ok(Vec::new())
    }
}

fn open_sessions(pool: &PgPool) -> OpenSessions {
    OpenSessions::new(pool.clone(), Arc::new(NoAccounts))
}

pub(super) fn pg_sessions(pool: &PgPool) -> PgSessions {
    PgSessions::new(pool.clone(), open_sessions(pool))
}

fn tokens(pool: &PgPool, keys: &str) -> JwtTokens {
    JwtTokens::new(&JwtKeys::parse(keys).unwrap(), open_sessions(pool))
}

/// The token of a rotation that must have succeeded.
pub(super) fn fresh(rotation: Rotation) -> String {
    match rotation {
        Rotation::Fresh { refresh_token, .. } => refresh_token,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_refresh_token_is_spent_by_its_use_and_the_next_one_continues_the_session() {
    with_database("rotation", async |database| {
        let (sessions, user_id) = (pg_sessions(database.pool()), Uuid::now_v7());
        let opened = sessions.open(user_id, 0, None, now()).await.unwrap();

        let rotation = sessions.rotate(&opened.refresh_token, later(60)).await.unwrap();

        assert!(matches!(&rotation, Rotation::Fresh { user_id: user, session_id, .. }
            if *user == user_id && *session_id == opened.session_id));
        let next = fresh(rotation);
        assert_ne!(next, opened.refresh_token);
        fresh(sessions.rotate(&next, later(120)).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_token_lasts_seven_days_from_its_issue() {
    with_database("expiry", async |database| {
        let sessions = pg_sessions(database.pool());
        let opened = sessions.open(Uuid::now_v7(), 0, None, now()).await.unwrap();
        let next = fresh(sessions.rotate(&opened.refresh_token, later(604_799)).await.unwrap());

        assert_eq!(sessions.rotate(&next, later(604_799 + 604_800)).await.unwrap(), Rotation::Expired);
        assert_eq!(sessions.rotate("no such token", now()).await.unwrap(), Rotation::Unknown);
    })
    .await;
}

#[tokio::test]
async fn no_token_is_stored_as_it_is() {
    with_database("stored", async |database| {
        let opened = pg_sessions(database.pool()).open(Uuid::now_v7(), 0, None, now()).await.unwrap();
        let dump = "select coalesce(string_agg(t::text, ''), '') from refresh_tokens t";

        let dump: String = sqlx::query_scalar(dump).fetch_one(database.pool()).await.unwrap();

        assert_eq!(opened.refresh_token.len(), 43, "256 bits in base64");
        assert!(!dump.is_empty() && !dump.contains(&opened.refresh_token));
    })
    .await;
}

#[tokio::test]
async fn an_access_token_tells_who_calls_for_an_hour() {
    with_database("token", async |database| {
        let (user_id, roles) = (Uuid::now_v7(), BTreeSet::from([Role::Admin]));
        let session_id = pg_sessions(database.pool()).open(user_id, 0, None, now()).await.unwrap().session_id;
        let tokens = tokens(database.pool(), NEW_KEY);
        let token = tokens.issue(user_id, session_id, (0, &roles), now()).unwrap();

        let actor = tokens.authenticate(&token, later(3_599)).await.unwrap();

        assert_eq!(actor, Actor::User { id: user_id, roles, session_id });
        assert!(matches!(tokens.authenticate(&token, later(3_600)).await, Err(AuthError::Expired)));
    })
    .await;
}

#[tokio::test]
async fn tokens_outlive_the_rotation_of_keys_as_long_as_the_old_key_is_listed() {
    with_database("key_rotation", async |database| {
        let pool = database.pool();
        let (user_id, roles) = (Uuid::now_v7(), BTreeSet::new());
        let session_id = pg_sessions(pool).open(user_id, 0, None, now()).await.unwrap().session_id;
        let token = tokens(pool, OLD_KEY).issue(user_id, session_id, (0, &roles), now()).unwrap();

        let both = tokens(pool, &format!("{NEW_KEY},{OLD_KEY}"));

        both.authenticate(&token, now()).await.unwrap();
        let newer = both.issue(user_id, session_id, (0, &roles), now()).unwrap();
        tokens(pool, NEW_KEY).authenticate(&newer, now()).await.unwrap();
        assert!(matches!(tokens(pool, NEW_KEY).authenticate(&token, now()).await, Err(AuthError::Invalid)));
    })
    .await;
}

#[tokio::test]
async fn what_we_did_not_sign_in_this_way_is_not_valid() {
    with_database("forged", async |database| {
        let pool = database.pool();
        let (user_id, tokens) = (Uuid::now_v7(), tokens(pool, NEW_KEY));
        let session_id = pg_sessions(pool).open(user_id, 0, None, now()).await.unwrap().session_id;
        let good = json!({"iss": "hbnb", "aud": "hbnb-api", "sub": user_id, "sid": session_id, "roles": [],
            "iat": now().as_second(), "exp": later(60).as_second()});
        let header = |algorithm, kid: Option<&str>| Header { kid: kid.map(str::to_owned), ..Header::new(algorithm) };
        let hs256 = || header(Algorithm::HS256, Some("new"));
        let signed = |header: Header, claims: &Value, key: &str| {
            encode(&header, claims, &EncodingKey::from_secret(&key.as_bytes()[4..])).unwrap()
        };
        let with = |name: &str, value: Value| {
            let mut claims = good.clone();
            claims[name] = value;
            claims
        };
        let unsigned = "eyJhbGciOiJub25lIiwia2lkIjoibmV3In0.e30.";
        tokens.authenticate(&signed(hs256(), &good, NEW_KEY), now()).await.unwrap();

        for (what, token) in [
            ("another key", signed(hs256(), &good, FOREIGN_KEY)),
            ("another algorithm", signed(header(Algorithm::HS512, Some("new")), &good, NEW_KEY)),
            ("no key's name", signed(header(Algorithm::HS256, None), &good, NEW_KEY)),
            ("an unknown key's name", signed(header(Algorithm::HS256, Some("old")), &good, NEW_KEY)),
            ("a critical extension", signed(Header { crit: Some(vec!["b64".to_owned()]), ..hs256() }, &good, NEW_KEY)),
            ("another issuer", signed(hs256(), &with("iss", json!("other")), NEW_KEY)),
            ("another audience", signed(hs256(), &with("aud", json!("other")), NEW_KEY)),
            ("an unknown role", signed(hs256(), &with("roles", json!(["root"])), NEW_KEY)),
            ("not yet valid", signed(hs256(), &with("nbf", json!(later(61).as_second())), NEW_KEY)),
            ("issued tomorrow", signed(hs256(), &with("iat", json!(later(61).as_second())), NEW_KEY)),
            ("no subject", signed(hs256(), &with("sub", Value::Null), NEW_KEY)),
            ("an unknown session", signed(hs256(), &with("sid", json!(Uuid::now_v7())), NEW_KEY)),
            ("no signature", unsigned.to_owned()),
            ("no token", "nonsense".to_owned()),
            ("nothing", String::new()),
        ] {
            let outcome = tokens.authenticate(&token, now()).await;
            assert!(matches!(outcome, Err(AuthError::Invalid)), "{what}: {outcome:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_closed_sessions_token_is_refused_at_once_here_and_within_a_second_elsewhere() {
    with_database("closed", async |database| {
        let pool = database.pool();
        let open = open_sessions(pool);
        let sessions = PgSessions::new(pool.clone(), open.clone());
        let here = JwtTokens::new(&JwtKeys::parse(NEW_KEY).unwrap(), open);
        let elsewhere = tokens(pool, NEW_KEY);
        let (user_id, roles) = (Uuid::now_v7(), BTreeSet::new());
        let session_id = sessions.open(user_id, 0, None, now()).await.unwrap().session_id;
        let token = here.issue(user_id, session_id, (0, &roles), now()).unwrap();
        here.authenticate(&token, now()).await.unwrap();
        elsewhere.authenticate(&token, now()).await.unwrap();

        sessions.close(session_id, now()).await.unwrap();

        assert!(matches!(here.authenticate(&token, now()).await, Err(AuthError::Invalid)));
        let refused = async {
            while elsewhere.authenticate(&token, now()).await.is_ok() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(1), refused).await.expect("refused within a second");
    })
    .await;
}

async fn hash(accounts: &PgAccounts, user_id: Uuid) -> Option<String> {
    accounts.credentials(user_id).await.unwrap().map(|credentials| credentials.password_hash)
}

#[tokio::test]
async fn an_account_is_prepared_whole_and_its_credentials_can_be_forgotten() {
    with_database("accounts", async |database| {
        let pool = database.pool();
        let master = Arc::new(MasterKey::new(&[7; 32]));
        let accounts = PgAccounts::new(pool.clone(), PersonKeys::new(Arc::clone(&master)), master);
        let (user_id, host_id) = (Uuid::now_v7(), Uuid::now_v7());

        accounts.prepare(user_id, Some("a hash")).await.unwrap();
        accounts.prepare(host_id, None).await.unwrap();

        assert_eq!(hash(&accounts, user_id).await.as_deref(), Some("a hash"));
        assert_eq!(hash(&accounts, host_id).await, None);
        let keys: i64 = sqlx::query_scalar("select count(*) from personal_keys").fetch_one(pool).await.unwrap();
        assert_eq!(keys, 2);
        let [email, same, other] =
            ["ada@example.org", "Ada@example.org", "eve@example.org"].map(|email| domain::Email::parse(email).unwrap());
        assert_eq!(accounts.by_email(&email).await.unwrap(), None);
        assert_eq!(accounts.address_mark(&email), accounts.address_mark(&same));
        assert_ne!(accounts.address_mark(&email), accounts.address_mark(&other));

        let mut connection = pool.acquire().await.unwrap();
        assert_eq!(PgAccounts::sweep_orphans(&mut connection, Duration::from_secs(3_600), 10).await.unwrap(), 0);
        accounts.forget_credentials(user_id).await.unwrap();
        assert_eq!(hash(&accounts, user_id).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_token_says_which_version_of_the_account_it_speaks_of_and_the_log_speaks_for_any_other() {
    with_database("token_version", async |database| {
        let pool = database.pool();
        let (user_id, roles) = (Uuid::now_v7(), BTreeSet::from([Role::Admin]));
        let session_id = pg_sessions(pool).open(user_id, 0, None, now()).await.unwrap().session_id;
        let tokens = tokens(pool, NEW_KEY);
        let issued = |version| tokens.issue(user_id, session_id, (version, &roles), now()).unwrap();

        tokens.authenticate(&issued(0), now()).await.unwrap();
        // The log knows no such version, nor any open account: what the token says does not count.
        let outcome = tokens.authenticate(&issued(7), now()).await;
        assert!(matches!(outcome, Err(AuthError::Invalid)), "{outcome:?}");
    })
    .await;
}

#[tokio::test]
async fn a_session_is_that_of_its_user_alone() {
    with_database("foreign_session", async |database| {
        let pool = database.pool();
        let session_id = pg_sessions(pool).open(Uuid::now_v7(), 0, None, now()).await.unwrap().session_id;
        let tokens = tokens(pool, NEW_KEY);
        let token = tokens.issue(Uuid::now_v7(), session_id, (0, &BTreeSet::new()), now()).unwrap();

        assert!(matches!(tokens.authenticate(&token, now()).await, Err(AuthError::Invalid)));
    })
    .await;
}

#[tokio::test]
async fn passwords_are_adopted_in_the_order_of_the_log_and_once() {
    with_database("adoption", async |database| {
        let pool = database.pool();
        let master = Arc::new(MasterKey::new(&[7; 32]));
        let accounts = PgAccounts::new(pool.clone(), PersonKeys::new(Arc::clone(&master)), master);
        let (user_id, second, third, orphan) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
        accounts.prepare(user_id, Some("first")).await.unwrap();
        for (change_id, hash) in [(second, "second"), (third, "third"), (orphan, "orphan")] {
            accounts.stage_password(change_id, user_id, hash).await.unwrap();
        }
        let good = async || accounts.credentials(user_id).await.unwrap().map(|good| (good.password_hash, good.version));
        assert_eq!(good().await, Some(("first".to_owned(), 0)));

        accounts.adopt_password(third, 3).await.unwrap();
        accounts.adopt_password(second, 2).await.unwrap();
        accounts.adopt_password(third, 3).await.unwrap();

        assert_eq!(good().await, Some(("third".to_owned(), 3)));
        let mut connection = pool.acquire().await.unwrap();
        assert_eq!(PgAccounts::sweep_staged(&mut connection, Duration::from_secs(60), 10).await.unwrap(), 0);
        assert_eq!(PgAccounts::sweep_staged(&mut connection, Duration::ZERO, 10).await.unwrap(), 1);
        accounts.adopt_password(orphan, 4).await.unwrap();
        assert_eq!(good().await, Some(("third".to_owned(), 3)));
    })
    .await;
}
