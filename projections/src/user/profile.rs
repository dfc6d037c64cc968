//! One row for each account: `users_v1`.

use std::collections::BTreeSet;

use async_trait::async_trait;
use domain::user::{Preferences, ProfileChanges, Role, UserEvent};
use domain::zone::Zone;
use domain::{Event, Patch, RecordedEvent};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder, Row};
use uuid::Uuid;

use crate::engine::{ApplyError, Projection};
use crate::page::Order;
use crate::{Key, Listed, ReadError, Slice, Views, columns};

/// An account with everything its owner may see of it. What a person wrote is `None` after erasure.
#[derive(Debug, Clone, PartialEq)]
pub struct UserRow {
    /// The user's id.
    pub user_id: Uuid,
    /// Where they are reached; `None` also for hosts of imported places.
    pub email: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// In international form.
    pub phone: Option<String>,
    /// The language of mails, such as `fr`.
    pub locale: Option<String>,
    /// Where they are at home.
    pub time_zone: Option<Zone>,
    /// What they wish of places, and switches of the client.
    pub preferences: Option<Preferences>,
    /// Rights beyond a user's.
    pub roles: BTreeSet<Role>,
    /// Whether mail to the address is known to reach its owner.
    pub email_verified: bool,
    /// Whether an admin has shut the account.
    pub suspended: bool,
    /// Whether the account was closed.
    pub closed: bool,
    /// The stream's version.
    pub version: u64,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What anybody may see of a user.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicUserRow {
    /// The user's id.
    pub user_id: Uuid,
    /// Given name.
    pub first_name: Option<String>,
    /// When the account was made.
    pub member_since: Timestamp,
    /// How many of its places are listed.
    pub listed_places: u64,
    /// Whether an admin has shut the account.
    pub suspended: bool,
    /// Whether the account was closed.
    pub closed: bool,
    /// The stream's version.
    pub version: u64,
}

impl FromRow<'_, PgRow> for UserRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let roles: Vec<String> = row.try_get("roles")?;
        let role = |name: &String| name.parse().map_err(|invalid: domain::Invalid| columns::corrupt("roles", invalid));
        Ok(Self {
            user_id: row.try_get("user_id")?,
            email: row.try_get("email")?,
            first_name: row.try_get("first_name")?,
            last_name: row.try_get("last_name")?,
            phone: row.try_get("phone")?,
            locale: row.try_get("locale")?,
            time_zone: columns::parsed_or_null(row, "time_zone")?,
            preferences: row.try_get::<Option<Json<_>>, _>("preferences")?.map(|json| json.0),
            roles: roles.iter().map(role).collect::<sqlx::Result<_>>()?,
            email_verified: row.try_get("email_verified")?,
            suspended: row.try_get("suspended")?,
            closed: row.try_get("closed")?,
            version: columns::unsigned(row, "version")?,
            created_at: columns::timestamp(row, "created_at")?,
            updated_at: columns::timestamp(row, "updated_at")?,
        })
    }
}

impl FromRow<'_, PgRow> for PublicUserRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            user_id: row.try_get("user_id")?,
            first_name: row.try_get("first_name")?,
            member_since: columns::timestamp(row, "created_at")?,
            listed_places: columns::unsigned(row, "listed_places")?,
            suspended: row.try_get("suspended")?,
            closed: row.try_get("closed")?,
            version: columns::unsigned(row, "version")?,
        })
    }
}

/// An account by its id, closed ones too.
///
/// # Errors
/// [`ReadError`].
pub async fn find(views: &Views, user_id: Uuid) -> Result<Option<UserRow>, ReadError> {
    let sql = "select * from users_v1 where user_id = $1";
    Ok(sqlx::query_as(sql).bind(user_id).fetch_optional(&views.pool).await?)
}

/// What anybody may see of an account, closed ones too.
///
/// # Errors
/// [`ReadError`].
pub async fn find_public(views: &Views, user_id: Uuid) -> Result<Option<PublicUserRow>, ReadError> {
    let sql = "
        select user_id, first_name, created_at, suspended, closed, version,
               (select count(*) from places_v1 p where p.owner_id = u.user_id and p.status = 'listed' and not p.hidden)
                   as listed_places
        from users_v1 u
        where user_id = $1";
    Ok(sqlx::query_as(sql).bind(user_id).fetch_optional(&views.pool).await?)
}

/// Accounts whose e-mail address, first or last name begins with `prefix` (case ignored), or whose id it is, newest
/// first; all without.
///
/// # Errors
/// [`ReadError`].
pub async fn search(views: &Views, prefix: Option<&str>, slice: Slice) -> Result<Listed<UserRow>, ReadError> {
    slice.check()?;
    let mut query = QueryBuilder::new("select * from users_v1 where true");
    matching(&mut query, prefix);
    Order::newest("user_id").push(&mut query, slice);
    let rows: Vec<UserRow> = query.build_query_as().fetch_all(&views.pool).await?;
    let total = match slice.counts() {
        true => Some(count(views, prefix).await?),
        false => None,
    };
    let keyed = |row: UserRow| (Key { rank: row.created_at.as_microsecond(), id: row.user_id }, row);
    Ok(Listed::of(rows.into_iter().map(keyed).collect(), slice, total))
}

async fn count(views: &Views, prefix: Option<&str>) -> Result<u64, ReadError> {
    let mut query = QueryBuilder::new("select count(*) as total from users_v1 where true");
    matching(&mut query, prefix);
    Ok(columns::unsigned(&query.build().fetch_one(&views.pool).await?, "total")?)
}

fn matching(query: &mut QueryBuilder<'_, Postgres>, prefix: Option<&str>) {
    let Some(prefix) = prefix else { return };
    let pattern = format!("{}%", columns::escape_like(prefix));
    for (column, separator) in [("email", " and ("), ("first_name", " or "), ("last_name", " or ")] {
        query.push(format!("{separator}lower({column}) like lower(")).push_bind(pattern.clone()).push(")");
    }
    if let Ok(user_id) = Uuid::try_parse(prefix) {
        query.push(" or user_id = ").push_bind(user_id);
    }
    query.push(")");
}

/// Fills `users_v1`.
pub struct Profiles;

#[async_trait]
impl Projection for Profiles {
    fn name(&self) -> &'static str {
        "users"
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["users_v1"]
    }

    async fn apply(&self, conn: &mut PgConnection, recorded: &RecordedEvent) -> Result<(), ApplyError> {
        match &recorded.event {
            Event::User(event) => Ok(apply(conn, recorded, event).await?),
            Event::Place(_) | Event::Booking(_) | Event::Review(_) | Event::Amenity(_) => Ok(()),
        }
    }
}

async fn apply(conn: &mut PgConnection, recorded: &RecordedEvent, event: &UserEvent) -> sqlx::Result<()> {
    match event {
        UserEvent::Registered { user_id, email, first_name, last_name, phone, locale, time_zone, at } => {
            let new = NewUser {
                user_id: *user_id,
                email: email.as_ref().map(|email| email.as_str()),
                first_name: first_name.as_ref().map(|name| name.as_str()),
                last_name: last_name.as_ref().map(|name| name.as_str()),
                phone: phone.as_ref().map(|phone| phone.as_str()),
                locale: locale.as_deref(),
                time_zone: time_zone.as_ref().map(Zone::name),
                at: *at,
            };
            insert(conn, recorded, new).await
        }
        UserEvent::Imported { user_id, source: _, source_id: _, first_name, at } => {
            let first_name = first_name.as_ref().map(|name| name.as_str());
            let new = NewUser { first_name, ..NewUser::unknown(*user_id, *at) };
            insert(conn, recorded, new).await
        }
        UserEvent::ProfileChanged { changes, at } => change(conn, recorded, changes, *at).await,
        // Passwords are no part of any view, but the account's version grows.
        UserEvent::PasswordChanged { change_id: _, proof: _, kept_session: _, at } => {
            finish(conn, touch(recorded, *at), recorded).await
        }
        UserEvent::EmailVerified { at } => set(conn, recorded, "email_verified = true", *at).await,
        UserEvent::Suspended { by: _, reason: _, at } => set(conn, recorded, "suspended = true", *at).await,
        UserEvent::Restored { by: _, reason: _, at } => set(conn, recorded, "suspended = false", *at).await,
        UserEvent::RoleRevoked { role, by: _, reason: _, at } => {
            let mut query = touch(recorded, *at);
            query.push(", roles = array_remove(roles, ").push_bind(role.name()).push(")");
            finish(conn, query, recorded).await
        }
        UserEvent::RoleGranted { role, by: _, reason: _, at } => {
            let mut query = touch(recorded, *at);
            query
                .push(", roles = array(select distinct unnest(roles || ")
                .push_bind(role.name())
                .push("::text) order by 1)");
            finish(conn, query, recorded).await
        }
        UserEvent::Closed { at } => set(conn, recorded, "closed = true", *at).await,
    }
}

/// Sets one column to a value of our own.
async fn set(
    conn: &mut PgConnection,
    recorded: &RecordedEvent,
    assignment: &'static str,
    at: Timestamp,
) -> sqlx::Result<()> {
    let mut query = touch(recorded, at);
    query.push(", ").push(assignment);
    finish(conn, query, recorded).await
}

struct NewUser<'a> {
    user_id: Uuid,
    email: Option<&'a str>,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    phone: Option<&'a str>,
    locale: Option<&'a str>,
    time_zone: Option<&'a str>,
    at: Timestamp,
}

impl NewUser<'_> {
    fn unknown(user_id: Uuid, at: Timestamp) -> Self {
        Self { user_id, email: None, first_name: None, last_name: None, phone: None, locale: None, time_zone: None, at }
    }
}

async fn insert(conn: &mut PgConnection, recorded: &RecordedEvent, new: NewUser<'_>) -> sqlx::Result<()> {
    sqlx::query(
        "insert into users_v1 (user_id, email, first_name, last_name, phone, locale, time_zone, version,
                               created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
    )
    .bind(new.user_id)
    .bind(new.email)
    .bind(new.first_name)
    .bind(new.last_name)
    .bind(new.phone)
    .bind(new.locale.map(columns::storable))
    .bind(new.time_zone)
    .bind(columns::signed(recorded.sequence))
    .bind(new.at.to_sqlx())
    .execute(conn)
    .await?;
    Ok(())
}

async fn change(
    conn: &mut PgConnection,
    recorded: &RecordedEvent,
    changes: &ProfileChanges,
    at: Timestamp,
) -> sqlx::Result<()> {
    let ProfileChanges { first_name, last_name, phone, locale, time_zone, preferences } = changes;
    let mut query = touch(recorded, at);
    let texts = [
        ("first_name", text(first_name, |name| name.as_str())),
        ("last_name", text(last_name, |name| name.as_str())),
        ("phone", text(phone, |phone| phone.as_str())),
        ("locale", text(locale, String::as_str)),
        ("time_zone", text(time_zone, Zone::name)),
    ];
    for (column, new) in texts {
        if let Some(new) = new {
            query.push(format!(", {column} = ")).push_bind(new);
        }
    }
    if let Some(new) = preferences.as_option() {
        // As text: sqlx would send it as jsonb, which refuses some of what json holds.
        let json = new.map(serde_json::to_string).transpose().map_err(|error| sqlx::Error::Encode(error.into()))?;
        query.push(", preferences = ").push_bind(json).push("::json");
    }
    finish(conn, query, recorded).await
}

/// A text's new value: nothing to keep it, `Some(None)` to clear it.
fn text<T>(patch: &Patch<T>, as_str: impl Fn(&T) -> &str) -> Option<Option<String>> {
    patch.as_option().map(|new| new.map(|value| columns::storable(as_str(value))))
}

fn touch(recorded: &RecordedEvent, at: Timestamp) -> QueryBuilder<'_, Postgres> {
    let mut query = QueryBuilder::new("update users_v1 set version = ");
    query.push_bind(columns::signed(recorded.sequence)).push(", updated_at = ").push_bind(at.to_sqlx());
    query
}

async fn finish(
    conn: &mut PgConnection,
    mut query: QueryBuilder<'_, Postgres>,
    recorded: &RecordedEvent,
) -> sqlx::Result<()> {
    query.push(" where user_id = ").push_bind(recorded.aggregate_id);
    query.build().execute(conn).await?;
    Ok(())
}
