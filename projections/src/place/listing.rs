//! One row for each place: `places_v1`. Whose are hidden: see [`super::hidden`].

use async_trait::async_trait;
use domain::place::{AmenityCode, Coordinates, LocationPrecision, PlaceChanges, PlaceDetails, PlaceEvent, PlaceStatus};
use domain::zone::Zone;
use domain::{Event, Money, Patch, RecordedEvent};
use jiff::Timestamp;
use jiff::civil::Time;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, PgExecutor, Postgres, QueryBuilder, Row};
use uuid::Uuid;

use super::hidden;
use super::searchable::{self, Touched};
use crate::engine::{ApplyError, Projection};
use crate::page::Order;
use crate::search::{fold, price_band};
use crate::{Key, Listed, ReadError, Slice, Views, columns};

/// A place with everything its host may see of it. What the host wrote is `None` after erasure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceRow {
    /// The place's id.
    pub place_id: Uuid,
    /// Its host.
    pub owner_id: Uuid,
    /// Where it stands.
    pub status: PlaceStatus,
    /// Whether its host is suspended: nobody finds or books it meanwhile.
    pub hidden: bool,
    /// As shown in lists.
    pub title: Option<String>,
    /// At length.
    pub description: Option<String>,
    /// Of one night.
    pub price: Money,
    /// Where it is: for its host, admins and confirmed guests.
    pub coordinates: Option<Coordinates>,
    /// What strangers see of that: snapped unless `location_precision` is exact.
    pub shown_coordinates: Option<Coordinates>,
    /// How exactly strangers see it.
    pub location_precision: LocationPrecision,
    /// For its host, admins and confirmed guests.
    pub address: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// The zone of its calendar.
    pub time_zone: Zone,
    /// How many guests at most.
    pub capacity: u32,
    /// The shortest stay.
    pub min_nights: u32,
    /// The longest stay.
    pub max_nights: u32,
    /// Local time of arrival.
    pub check_in_time: Time,
    /// Local time of departure.
    pub check_out_time: Time,
    /// For guests to know.
    pub house_rules: Option<String>,
    /// Whether a booking is confirmed at once.
    pub instant_book: bool,
    /// Codes of the catalogue, in the host's order.
    pub amenities: Vec<AmenityCode>,
    /// The stream's version.
    pub version: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed; blocks do not count.
    pub updated_at: Timestamp,
}

impl PlaceRow {
    /// The same without what strangers may not see.
    #[must_use]
    pub(crate) fn for_strangers(self) -> Self {
        Self { coordinates: None, address: None, ..self }
    }
}

impl FromRow<'_, PgRow> for PlaceRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let amenities: Vec<String> = row.try_get("amenities")?;
        let amenity = |code: &String| AmenityCode::parse(code).map_err(|e| columns::corrupt("amenities", e));
        Ok(Self {
            place_id: row.try_get("place_id")?,
            owner_id: row.try_get("owner_id")?,
            status: columns::parsed(row, "status")?,
            hidden: row.try_get("hidden")?,
            title: row.try_get("title")?,
            description: row.try_get("description")?,
            price: columns::money(row, "price_minor", "currency")?,
            coordinates: coordinates(row, "latitude", "longitude")?,
            shown_coordinates: coordinates(row, "shown_latitude", "shown_longitude")?,
            location_precision: columns::parsed(row, "location_precision")?,
            address: row.try_get("address")?,
            city: row.try_get("city")?,
            country: row.try_get("country")?,
            time_zone: columns::parsed(row, "time_zone")?,
            capacity: columns::small(row, "capacity")?,
            min_nights: columns::small(row, "min_nights")?,
            max_nights: columns::small(row, "max_nights")?,
            check_in_time: columns::time(row, "check_in_time")?,
            check_out_time: columns::time(row, "check_out_time")?,
            house_rules: row.try_get("house_rules")?,
            instant_book: row.try_get("instant_book")?,
            amenities: amenities.iter().map(amenity).collect::<sqlx::Result<_>>()?,
            version: columns::unsigned(row, "version")?,
            created_at: columns::timestamp(row, "created_at")?,
            updated_at: columns::timestamp(row, "updated_at")?,
        })
    }
}

fn coordinates(row: &PgRow, latitude: &str, longitude: &str) -> sqlx::Result<Option<Coordinates>> {
    match (row.try_get(latitude)?, row.try_get(longitude)?) {
        (Some(north), Some(east)) => {
            Coordinates::new(north, east).map(Some).map_err(|invalid| columns::corrupt(latitude, invalid))
        }
        (_, _) => Ok(None),
    }
}

/// A place by its id, whatever its status.
///
/// # Errors
/// [`ReadError`].
pub async fn find(views: &Views, place_id: Uuid) -> Result<Option<PlaceRow>, ReadError> {
    let sql = "select * from places_v1 where place_id = $1";
    Ok(sqlx::query_as(sql).bind(place_id).fetch_optional(&views.pool).await?)
}

/// Those of the places that anybody may find, in no order.
///
/// # Errors
/// [`ReadError`].
pub(crate) async fn listed(database: impl PgExecutor<'_>, ids: &[Uuid]) -> Result<Vec<PlaceRow>, ReadError> {
    let sql = "select * from places_v1 where place_id = any($1) and status = 'listed' and not hidden";
    Ok(sqlx::query_as(sql).bind(ids).fetch_all(database).await?)
}

/// A host's own places, drafts and archived ones too, newest first; of one status where it is given.
///
/// # Errors
/// [`ReadError`].
pub async fn of_owner(
    views: &Views,
    owner_id: Uuid,
    status: Option<PlaceStatus>,
    slice: Slice,
) -> Result<Listed<PlaceRow>, ReadError> {
    slice.check()?;
    let of_owner = |select: &str| {
        let mut query = QueryBuilder::<Postgres>::new(select);
        query.push(" from places_v1 where owner_id = ").push_bind(owner_id);
        if let Some(status) = status {
            query.push(" and status = ").push_bind(status.name());
        }
        query
    };
    let mut query = of_owner("select *");
    Order::newest("place_id").push(&mut query, slice);
    let rows: Vec<PlaceRow> = query.build_query_as().fetch_all(&views.pool).await?;
    let total = match slice.counts() {
        true => Some(columns::unsigned(
            &of_owner("select count(*) as total").build().fetch_one(&views.pool).await?,
            "total",
        )?),
        false => None,
    };
    let keyed = |row: PlaceRow| (Key { rank: row.created_at.as_microsecond(), id: row.place_id }, row);
    Ok(Listed::of(rows.into_iter().map(keyed).collect(), slice, total))
}

/// Fills `places_v1` and `suspended_hosts_v1`, and what places are found by.
pub struct Places;

#[async_trait]
impl Projection for Places {
    fn name(&self) -> &'static str {
        "places"
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["places_v1", "suspended_hosts_v1", "place_search_v1", "place_stars_v1", "place_words_v1"]
    }

    async fn apply(&self, conn: &mut PgConnection, recorded: &RecordedEvent) -> Result<(), ApplyError> {
        match &recorded.event {
            Event::Place(event) => Ok(apply(conn, recorded, event).await?),
            Event::User(event) => Ok(hidden::apply(conn, recorded, event).await?),
            Event::Review(event) => Ok(searchable::count(conn, recorded.aggregate_id, event, recorded.position).await?),
            Event::Booking(_) | Event::Amenity(_) => Ok(()),
        }
    }
}

async fn apply(conn: &mut PgConnection, recorded: &RecordedEvent, event: &PlaceEvent) -> sqlx::Result<()> {
    match event {
        PlaceEvent::Created { place_id, owner_id, status, details, import: _, at } => {
            let key = (*place_id, *owner_id, *status);
            insert(conn, recorded, key, details, *at).await?;
        }
        PlaceEvent::Changed { changes, at } => change(conn, recorded, changes, *at).await?,
        PlaceEvent::Published { at } => set_status(conn, recorded, PlaceStatus::Listed, *at).await?,
        PlaceEvent::Unpublished { at } => set_status(conn, recorded, PlaceStatus::Unlisted, *at).await?,
        PlaceEvent::Archived { at } => set_status(conn, recorded, PlaceStatus::Archived, *at).await?,
        PlaceEvent::Withheld { by: _, reason: _, at } => withhold(conn, recorded, *at).await?,
        PlaceEvent::Released { by: _, reason: _, at } => {
            let mut query = update(recorded);
            set(&mut query, "updated_at", at.to_sqlx());
            return finish(conn, query, recorded).await;
        }
        // The place's version grows; its blocks are the view of its availability.
        PlaceEvent::NightsBlocked { .. } | PlaceEvent::BlockRemoved { .. } => {
            return finish(conn, update(recorded), recorded).await;
        }
    }
    searchable::refresh(conn, Touched::Place(recorded.aggregate_id), recorded.position).await
}

async fn insert(
    conn: &mut PgConnection,
    recorded: &RecordedEvent,
    (place_id, owner_id, status): (Uuid, Uuid, PlaceStatus),
    details: &PlaceDetails,
    at: Timestamp,
) -> sqlx::Result<()> {
    let location = Location { coordinates: details.coordinates, precision: details.location_precision };
    let shown = location.shown();
    sqlx::query(
        "insert into places_v1 (
             place_id, owner_id, status, title, description, price_minor, currency, price_milli,
             latitude, longitude, shown_latitude, shown_longitude, location_precision,
             address, city, city_key, country, time_zone, capacity, min_nights, max_nights,
             check_in_time, check_out_time, house_rules, instant_book, amenities, version, created_at, updated_at,
             price_band, hidden)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                 $22, $23, $24, $25, $26, $27, $28, $28, $29,
                 exists (select from suspended_hosts_v1 where owner_id = $2))",
    )
    .bind(place_id)
    .bind(owner_id)
    .bind(status.name())
    .bind(details.title.as_ref().map(|title| title.as_str()))
    .bind(details.description.as_ref().map(|prose| prose.as_str()))
    .bind(details.price.minor)
    .bind(details.price.currency.code())
    .bind(milli(details.price))
    .bind(details.coordinates.map(Coordinates::latitude))
    .bind(details.coordinates.map(Coordinates::longitude))
    .bind(shown.map(Coordinates::latitude))
    .bind(shown.map(Coordinates::longitude))
    .bind(details.location_precision.name())
    .bind(details.address.as_ref().map(|address| address.as_str()))
    .bind(details.city.as_ref().map(|city| city.as_str()))
    .bind(details.city.as_ref().map(|city| fold(city.as_str())))
    .bind(details.country.as_ref().map(|country| country.as_str()))
    .bind(details.time_zone.name())
    .bind(columns::integer(details.capacity))
    .bind(columns::integer(details.min_nights))
    .bind(columns::integer(details.max_nights))
    .bind(details.check_in_time.to_sqlx())
    .bind(details.check_out_time.to_sqlx())
    .bind(details.house_rules.as_ref().map(|prose| prose.as_str()))
    .bind(details.instant_book)
    .bind(codes(&details.amenities))
    .bind(columns::signed(recorded.sequence))
    .bind(at.to_sqlx())
    .bind(price_band(details.price))
    .execute(conn)
    .await?;
    Ok(())
}

async fn set_status(
    conn: &mut PgConnection,
    recorded: &RecordedEvent,
    status: PlaceStatus,
    at: Timestamp,
) -> sqlx::Result<()> {
    let mut query = update(recorded);
    set(&mut query, "status", status.name());
    set(&mut query, "updated_at", at.to_sqlx());
    finish(conn, query, recorded).await
}

/// A draft stays one: nobody has seen it.
async fn withhold(conn: &mut PgConnection, recorded: &RecordedEvent, at: Timestamp) -> sqlx::Result<()> {
    let mut query = update(recorded);
    set(&mut query, "updated_at", at.to_sqlx());
    query.push(", status = case when status = ").push_bind(PlaceStatus::Listed.name());
    query.push(" then ").push_bind(PlaceStatus::Unlisted.name()).push(" else status end");
    finish(conn, query, recorded).await
}

async fn change(
    conn: &mut PgConnection,
    recorded: &RecordedEvent,
    changes: &PlaceChanges,
    at: Timestamp,
) -> sqlx::Result<()> {
    let mut query = update(recorded);
    set(&mut query, "updated_at", at.to_sqlx());
    set_texts(&mut query, changes);
    set_terms(&mut query, changes);
    let moves = !changes.coordinates.is_keep() || changes.location_precision.is_some();
    if moves && let Some(mut location) = location(conn, recorded.aggregate_id).await? {
        changes.coordinates.clone().apply(&mut location.coordinates);
        location.precision = changes.location_precision.unwrap_or(location.precision);
        set_location(&mut query, location);
    }
    finish(conn, query, recorded).await
}

fn set_texts(query: &mut QueryBuilder<'_, Postgres>, changes: &PlaceChanges) {
    let PlaceChanges { title, description, address, city, country, house_rules, .. } = changes;
    set_patch(query, "title", title, |title| title.as_str().to_owned());
    set_patch(query, "description", description, |prose| prose.as_str().to_owned());
    set_patch(query, "address", address, |address| address.as_str().to_owned());
    set_patch(query, "city", city, |city| city.as_str().to_owned());
    set_patch(query, "city_key", city, |city| fold(city.as_str()));
    set_patch(query, "country", country, |country| country.as_str().to_owned());
    set_patch(query, "house_rules", house_rules, |prose| prose.as_str().to_owned());
}

fn set_terms(query: &mut QueryBuilder<'_, Postgres>, changes: &PlaceChanges) {
    if let Some(price) = changes.price {
        set(query, "price_minor", price.minor);
        set(query, "currency", price.currency.code());
        set(query, "price_milli", milli(price));
        set(query, "price_band", price_band(price));
    }
    set_some(query, "time_zone", changes.time_zone.as_ref().map(|zone| zone.name().to_owned()));
    set_some(query, "capacity", changes.capacity.map(columns::integer));
    set_some(query, "min_nights", changes.min_nights.map(columns::integer));
    set_some(query, "max_nights", changes.max_nights.map(columns::integer));
    set_some(query, "check_in_time", changes.check_in_time.map(ToSqlx::to_sqlx));
    set_some(query, "check_out_time", changes.check_out_time.map(ToSqlx::to_sqlx));
    set_some(query, "instant_book", changes.instant_book);
    set_some(query, "amenities", changes.amenities.as_deref().map(codes));
}

/// Where a place is, and how exactly strangers see it.
struct Location {
    coordinates: Option<Coordinates>,
    precision: LocationPrecision,
}

impl Location {
    fn shown(&self) -> Option<Coordinates> {
        match self.precision {
            LocationPrecision::Approximate => self.coordinates.map(Coordinates::snapped),
            LocationPrecision::Exact => self.coordinates,
        }
    }
}

async fn location(conn: &mut PgConnection, place_id: Uuid) -> sqlx::Result<Option<Location>> {
    let sql = "select latitude, longitude, location_precision from places_v1 where place_id = $1";
    let Some(row) = sqlx::query(sql).bind(place_id).fetch_optional(conn).await? else { return Ok(None) };
    Ok(Some(Location {
        coordinates: coordinates(&row, "latitude", "longitude")?,
        precision: columns::parsed(&row, "location_precision")?,
    }))
}

fn set_location(query: &mut QueryBuilder<'_, Postgres>, location: Location) {
    let shown = location.shown();
    set(query, "location_precision", location.precision.name());
    set(query, "latitude", location.coordinates.map(Coordinates::latitude));
    set(query, "longitude", location.coordinates.map(Coordinates::longitude));
    set(query, "shown_latitude", shown.map(Coordinates::latitude));
    set(query, "shown_longitude", shown.map(Coordinates::longitude));
}

/// Thousandths of a major unit: no currency has more than three decimals.
fn milli(price: Money) -> i64 {
    price.minor.saturating_mul(10_i64.pow(3_u32.saturating_sub(price.currency.exponent())))
}

fn codes(amenities: &[AmenityCode]) -> Vec<String> {
    amenities.iter().map(|code| code.as_str().to_owned()).collect()
}

fn update(recorded: &RecordedEvent) -> QueryBuilder<'static, Postgres> {
    let mut query = QueryBuilder::new("update places_v1 set version = ");
    query.push_bind(columns::signed(recorded.sequence));
    query
}

fn set<T>(query: &mut QueryBuilder<'_, Postgres>, column: &str, new: T)
where
    T: for<'q> sqlx::Encode<'q, Postgres> + sqlx::Type<Postgres> + Send + 'static,
{
    query.push(format!(", {column} = ")).push_bind(new);
}

fn set_some<T>(query: &mut QueryBuilder<'_, Postgres>, column: &str, new: Option<T>)
where
    T: for<'q> sqlx::Encode<'q, Postgres> + sqlx::Type<Postgres> + Send + 'static,
{
    if let Some(new) = new {
        set(query, column, new);
    }
}

fn set_patch<T>(
    query: &mut QueryBuilder<'_, Postgres>,
    column: &str,
    patch: &Patch<T>,
    as_text: impl Fn(&T) -> String,
) {
    if let Some(new) = patch.as_option() {
        set(query, column, new.map(as_text));
    }
}

async fn finish(
    conn: &mut PgConnection,
    mut query: QueryBuilder<'_, Postgres>,
    recorded: &RecordedEvent,
) -> sqlx::Result<()> {
    query.push(" where place_id = ").push_bind(recorded.aggregate_id);
    query.build().execute(conn).await?;
    Ok(())
}
