//! Meilisearch asked directly: the same questions in its own words, over its own HTTP.

use std::time::Duration;

use jiff::civil::Date;
use projections::search::PlaceFilter;
use serde_json::{Value, json};

use crate::house::House;
use crate::questions::{Kind, PAGE, Question, RADIUS_KM};

const DEADLINE: Duration = Duration::from_secs(30);

pub(crate) struct Direct {
    client: reqwest::Client,
    index: String,
    key: Option<String>,
}

impl Direct {
    /// Asks the index that `house` feeds.
    pub(crate) async fn new(house: &House, url: &str, key: Option<&str>) -> Self {
        let sql = "select uid from search_indexes where state = 'live'";
        let uid: String = sqlx::query_scalar(sql).fetch_one(house.app.pool()).await.unwrap();
        let client = reqwest::Client::builder().timeout(DEADLINE).build().unwrap();
        Self { client, index: format!("{url}/indexes/{uid}/search"), key: key.map(str::to_owned) }
    }

    pub(crate) async fn ask(&self, question: &Question) -> reqwest::Result<Value> {
        let mut request = self.client.post(&self.index).json(&body(question));
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        request.send().await?.error_for_status()?.json().await
    }
}

fn body(question: &Question) -> Value {
    let filter = &question.query.filter;
    let mut body = json!({
        "hitsPerPage": PAGE, "page": 1, "facets": ["amenities", "price_band", "rating_bar", "city_key"],
    });
    match question.kind {
        Kind::Words | Kind::CommonWord => {
            body["q"] = json!(question.query.text.as_ref().unwrap().as_str());
            body["attributesToHighlight"] = json!(["title", "description"]);
            body["attributesToCrop"] = json!(["description:30"]);
        }
        Kind::RadiusAndDates => {
            let centre = filter.centre().unwrap();
            let (lat, lng) = (centre.latitude(), centre.longitude());
            body["filter"] = json!(format!("_geoRadius({lat}, {lng}, {}) AND {}", RADIUS_KM * 1e3, is_free(filter)));
            body["sort"] = json!([format!("_geoPoint({lat}, {lng}):asc")]);
        }
        Kind::AmenitiesAndPrice => {
            let price = filter.price.unwrap();
            let has: Vec<String> =
                filter.amenities.iter().map(|code| format!("amenities = {}", code.as_str())).collect();
            let (least, most) = (price.min_minor.unwrap(), price.max_minor.unwrap());
            let has = has.join(" AND ");
            body["filter"] = json!(format!("{has} AND currency = EUR AND price_minor {least} TO {most}"));
            body["sort"] = json!(["price_milli:asc", "id:asc"]);
        }
        Kind::DatesAlone => {
            body["filter"] = json!(is_free(filter));
            body["sort"] = json!(["created:desc", "id:asc"]);
        }
        Kind::Widest => body["sort"] = json!(["created:desc", "id:asc"]),
    }
    body
}

/// That a place takes the three nights and has them free.
fn is_free(filter: &PlaceFilter) -> String {
    let nights: Vec<String> = filter.stay.unwrap().iter().map(|night| day(night).to_string()).collect();
    format!("min_nights <= 3 AND max_nights >= 3 AND NOT nights IN [{}]", nights.join(", "))
}

/// Days since 1970, as the index numbers nights.
fn day(date: Date) -> i64 {
    (date - Date::constant(1970, 1, 1)).get_days().into()
}
