use std::time::Instant;

use axum::extract::State;
use axum::http::HeaderName;
use domain::Invalid;
use projections::Listed;
use projections::search::{Area, GeoBox, Matches, PlaceFilter, PlaceSort, SearchAnswer, SearchQuery, TypedText};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::criteria::{FilterParams, bookable, needs_centre, read_filter};
use super::facets::FacetsBody;
use super::found::FoundPlaceBody;
use crate::answer::{Answer, List, Paging, PagingParams};
use crate::caller::Anyone;
use crate::failure::ApiError;
use crate::input::{Noted, Params, Query, Value};
use crate::openapi::Success;
use crate::places::Beside;
use crate::request::{LanguageHeader, Preferred, Read};
use crate::state::ApiState;

/// Who found the places of an answer: `postgres` or `meilisearch`.
pub(super) const X_SEARCH_ENGINE: HeaderName = HeaderName::from_static("x-search-engine");

/// What else is wanted, and in which order.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes what Wanted reads")]
pub(crate) struct SearchParams {
    /// Words in English or French: of the title, the description, the city, the country, the amenities. Mistyped ones are
    /// understood; places that have all of them come first.
    #[param(max_length = 200, example = "quiet loft near the harbour")]
    q: Option<String>,
    /// Degrees `west,south,east,north` (RFC 7946), instead of a `location`; west may lie beyond east, across the 180th
    /// meridian.
    #[param(example = "4.77,45.70,4.90,45.80")]
    bbox: Option<String>,
    /// On average at least so many stars; places without a review never have.
    #[param(minimum = 1, maximum = 5, example = 4.5)]
    rating_min: Option<f64>,
    /// Whether bookings are confirmed at once.
    instant_book: Option<bool>,
    /// `relevance` (what fits the words best, then newest), `newest`, `price`, `-price` (dearest first), `rating`, or
    /// `distance` (nearest first, with `lat,lon`).
    #[param(default = "relevance")]
    sort: Option<String>,
}

/// What the query asks for.
pub(crate) struct Wanted {
    text: Option<TypedText>,
    filter: PlaceFilter,
    sort: PlaceSort,
    paging: Paging,
}

impl Query for Wanted {
    fn read(params: &mut Params) -> Result<Self, Noted> {
        let (text, filter) = (params.optional::<TypedText>("q"), read_filter(params));
        let bounds = params.optional::<GeoBox>("bbox");
        let (rating, instant_book) = (params.optional::<StarsAtLeast>("rating_min"), params.optional("instant_book"));
        let (sort, paging) = (params.optional::<Sort>("sort"), params.paging());
        let mut filter = filter?;
        if let Some(bounds) = bounds? {
            if filter.area.is_some() {
                return Err(params.note("bbox", Invalid::new("ambiguous", "Give a location or a bbox, not both.")));
            }
            filter.area = Some(Area::Box(bounds));
        }
        filter.rating_min = rating?.map(|StarsAtLeast(hundredths)| hundredths);
        filter.instant_book = instant_book?;
        let sort = sort?.map_or(PlaceSort::Relevance, |Sort(sort)| sort);
        if sort == PlaceSort::Nearest {
            needs_centre(params, &filter)?;
        }
        Ok(Self { text: text?, filter, sort, paging: paging? })
    }
}

impl Value for TypedText {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

struct Sort(PlaceSort);

impl Value for Sort {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        match text {
            "relevance" => Ok(Self(PlaceSort::Relevance)),
            "newest" => Ok(Self(PlaceSort::Newest)),
            "price" => Ok(Self(PlaceSort::Cheapest)),
            "-price" => Ok(Self(PlaceSort::Dearest)),
            "rating" => Ok(Self(PlaceSort::BestRated)),
            "distance" => Ok(Self(PlaceSort::Nearest)),
            _ => {
                let message = "Must be relevance, newest, price, -price, rating or distance.";
                Err(Invalid::new("unknown_sort", message))
            }
        }
    }
}

/// Hundredths of a star.
struct StarsAtLeast(u32);

impl Value for StarsAtLeast {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        let problem = || Invalid::new("invalid_rating", "Must be from 1 to 5, with two decimals at the most.");
        let stars: Decimal = text.parse().map_err(|_| problem())?;
        let hundredths = stars.checked_mul(Decimal::ONE_HUNDRED).filter(Decimal::is_integer).and_then(|h| h.to_u32());
        hundredths.filter(|hundredths| (100..=500).contains(hundredths)).map(Self).ok_or_else(problem)
    }
}

impl Value for GeoBox {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        let message = "Must be west,south,east,north in degrees, south not above north.";
        let malformed = || Invalid::new("invalid_box", message);
        let degrees: Vec<f64> =
            text.split(',').map(f64::from_text).collect::<Result<_, _>>().map_err(|_| malformed())?;
        let [west, south, east, north] = degrees[..] else { return Err(malformed()) };
        let corner = domain::place::Coordinates::new;
        let (south_west, north_east) = (corner(south, west)?, corner(north, east)?);
        if south > north { Err(malformed()) } else { Ok(Self { south_west, north_east }) }
    }
}

/// Part of what was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SearchResult)]
pub(crate) struct SearchBody {
    #[serde(flatten)]
    list: List<FoundPlaceBody>,
    /// Whether `total` and the counts of the facets are all there are. They are not beyond 10,000 matches, of which
    /// they tell the least; null behind a cursor, which counts nothing.
    total_is_exact: Option<bool>,
    /// Null behind a cursor.
    facets: Option<FacetsBody>,
    /// How long the search took, in milliseconds.
    #[schema(example = 3.2)]
    took_ms: f64,
}

/// Find places
///
/// By words, by what they are, by whether they are free: listed ones that match every parameter, with counts of what
/// else could be chosen. A place is out of the results for its nights as soon as the booking has been answered; one that
/// comes to match may take a moment to appear, unless `X-Min-Position` names what the answer must contain.
/// `X-Search-Engine` says who found them.
///
/// By cursor, a list in the order of time, price, rating or distance goes on behind the last place that was shown,
/// whoever answers: whatever is listed, booked or withdrawn meanwhile, no place is repeated or skipped but one that has
/// itself moved in that order. (If the engine changes on the way, `q` is understood from there on as the other one
/// does.) A list by relevance to `q` stays with the engine that began it: while that cannot answer, 503 `unavailable`
/// (with `Retry-After`) asks for patience, or for a new list. On PostgreSQL what comes or goes meanwhile does not move
/// it either. On Meilisearch it does not as long as the last place that was shown is still found, at most 50 places
/// from where it was; else the list goes on by number, so that as many as have come or gone before it may be repeated
/// or skipped. Pages by number are counted anew each time, by whoever answers.
#[utoipa::path(
    get, path = "/search/places", tag = "search", security((), ("bearer" = [])),
    params(SearchParams, FilterParams, PagingParams, LanguageHeader),
    responses((
        status = 200, description = "Part of what was found.", body = Success<SearchBody>,
        headers(("X-Search-Engine" = String, description = "Who found the places: `postgres` or `meilisearch`.")),
    ))
)]
pub(crate) async fn places(
    State(api): State<ApiState>,
    Preferred(language): Preferred,
    read: Read<Anyone, Wanted>,
) -> Result<Answer, ApiError> {
    let begun = Instant::now();
    let Wanted { text, filter, sort, paging } = read.query;
    let stay = filter.stay;
    stay.map_or(Ok(()), |stay| bookable(stay, api.commands.now()))?;
    let min_position = read.min_position;
    let query = SearchQuery { text, filter, sort, slice: paging.slice, facets: true, min_position };
    let SearchAnswer { engine, places, matches, next } = api.search.places(&query).await?;

    let rows = places.iter().map(|found| &found.place);
    let beside = Beside::of(&api, rows, language).await?;
    let (total, facets) = matches.map_or((None, None), |Matches { total, facets }| (Some(total), facets));
    let facets = match facets {
        Some(facets) => Some(FacetsBody::of(&api, facets, language).await?),
        None => None,
    };
    let items = places.into_iter().map(|found| FoundPlaceBody::of(found, stay, &beside)).collect();
    let list = List::of(Listed { items, total: total.map(|total| total.count), next }, &paging);
    let total_is_exact = total.map(|total| total.is_exact);
    let took_ms = (begun.elapsed().as_secs_f64() * 1e4).round() / 10.0;
    let body = SearchBody { list, total_is_exact, facets, took_ms };
    Ok(Answer::ok(&body, "These places match.")?.header_static(X_SEARCH_ENGINE, engine.0))
}
