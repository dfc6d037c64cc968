//! Places that may suit a person.

use domain::place::Coordinates;
use domain::user::{Radius, WishedLocation, Wishes};
use jiff::Timestamp;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::candidate::{BEST_FIRST, COLUMNS, Candidate, LOOKED_UP};
use super::choice::{Chosen, varied};
use super::fitness::{Person, fitness};
use super::history::known;
use super::nearest::{Condition, NotFor};
use super::taste::Taste;
use super::{ProposedPlace, shown};
use crate::search::{Area, PlaceFilter, PriceRange};
use crate::{ReadError, Views, user};

/// Places that are answered at the most.
const MOST: usize = 20;
/// Of one host, as long as there are others.
const PER_HOST: usize = 3;

/// Candidates of each kind.
const BEST: i64 = 200;
const NEWEST: i64 = 100;
const NEAR_WISHED: i64 = 200;
const NEAR_KNOWN: i64 = 60;
/// Around places that somebody knows.
const NEAR_KNOWN_KM: f64 = 25.0;

/// Listed places that a person may like: within their wishes, not theirs, not looked at and not booked by them yet, the
/// most suitable first. Of somebody who is not there, or not any more, nothing is known, and nothing recommended.
///
/// # Errors
/// [`ReadError`].
pub async fn recommended(views: &Views, user_id: Uuid, now: Timestamp) -> Result<Vec<ProposedPlace>, ReadError> {
    let account = user::find(views, user_id).await?.filter(|account| !account.closed);
    let Some(account) = account else { return Ok(Vec::new()) };
    let wishes = account.preferences.unwrap_or_default().wishes();
    let person = Person { wishes, taste: Taste::of(&known(views, user_id).await?), now };
    let judged = candidates(views, user_id, &person).await?.into_iter().map(|candidate| {
        let (verdict, distance_mm) = fitness(&person, &candidate);
        Chosen { candidate, verdict, distance_mm }
    });
    shown(views, varied(judged.collect(), MOST, PER_HOST)).await
}

/// The best rated, the newest, and the nearest ones.
async fn candidates(views: &Views, user_id: Uuid, person: &Person) -> Result<Vec<Candidate>, ReadError> {
    let filter = wished(&person.wishes);
    let condition = Condition { filter: &filter, not_for: NotFor::Person(user_id) };
    let mut query = QueryBuilder::new("with c as (");
    push_first(&mut query, &condition, BEST_FIRST, BEST);
    query.push(" union ");
    push_first(&mut query, &condition, "s.created_at desc, s.place_id", NEWEST);
    for (centre, within_km, limit) in areas(person) {
        query.push(" union ");
        condition.push_nearest(&mut query, centre, within_km, limit);
    }
    query.push(format!(") select {COLUMNS} from c {LOOKED_UP}"));
    Ok(query.build_query_as().fetch_all(&views.pool).await?)
}

fn push_first(query: &mut QueryBuilder<'_, Postgres>, condition: &Condition<'_>, order: &str, limit: i64) {
    query.push("(select s.place_id from place_search_v1 s where ");
    condition.push(query);
    query.push(format!(" order by {order} limit ")).push_bind(limit).push(")");
}

/// Where else to look, how far around, and for how many: around the point where the person wishes to be; or, where they
/// wish for no place in particular, where they have looked before.
fn areas(person: &Person) -> Vec<(Coordinates, f64, i64)> {
    match &person.wishes.location {
        Some(WishedLocation::Around { centre, radius }) => {
            vec![(*centre, radius.unwrap_or(Radius::DEFAULT).km(), NEAR_WISHED)]
        }
        Some(WishedLocation::City(_)) => Vec::new(),
        None => person.taste.areas().iter().map(|centre| (*centre, NEAR_KNOWN_KM, NEAR_KNOWN)).collect(),
    }
}

/// The wishes as a search would have them.
fn wished(wishes: &Wishes) -> PlaceFilter {
    let price = wishes.max_price.map(|most| PriceRange {
        currency: most.currency,
        min_minor: None,
        max_minor: Some(most.minor),
    });
    let area = wishes.location.as_ref().map(|location| match location {
        WishedLocation::City(city) => Area::City(city.as_str().to_owned()),
        WishedLocation::Around { centre, radius } => {
            Area::Around { centre: *centre, radius_km: radius.unwrap_or(Radius::DEFAULT).km() }
        }
    });
    PlaceFilter { price, area, amenities: wishes.amenities.clone(), ..PlaceFilter::default() }
}
