use axum::extract::State;
use axum::http::StatusCode;
use domain::Invalid;
use domain::review::{Categories, Category, Opinion, Stars};
use utoipa::ToSchema;
use uuid::Uuid;

use super::show::{ReviewBody, review};
use crate::answer::Answer;
use crate::caller::SignedIn;
use crate::failure::ApiError;
use crate::input::{At, Body, Fields, Noted, Value};
use crate::openapi::Success;
use crate::request::Command;
use crate::router::BASE;
use crate::state::ApiState;

/// What the author says of the stay.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what Opinion reads")]
#[schema(as = NewReview)]
pub(crate) struct NewReviewBody {
    /// Over all.
    #[schema(minimum = 1, maximum = 5, example = 5)]
    rating: u8,
    /// One by one, as far as the author wants to.
    categories: Option<CategoriesBody>,
    #[schema(max_length = 5_000, example = "Bright and quiet, and the bread next door is the best of the town.")]
    text: Option<String>,
}

/// Ratings by category; a host says of a guest `cleanliness` and `communication` alone.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what read_categories reads")]
#[schema(as = NewReviewCategories)]
pub(crate) struct CategoriesBody {
    #[schema(minimum = 1, maximum = 5, example = 5)]
    cleanliness: Option<u8>,
    #[schema(minimum = 1, maximum = 5)]
    accuracy: Option<u8>,
    #[schema(minimum = 1, maximum = 5)]
    check_in: Option<u8>,
    #[schema(minimum = 1, maximum = 5, example = 4)]
    communication: Option<u8>,
    #[schema(minimum = 1, maximum = 5)]
    location: Option<u8>,
    #[schema(minimum = 1, maximum = 5)]
    value: Option<u8>,
}

impl Value for Stars {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        let number = crate::input::Whole::<0, { u64::MAX }>::from_text(text)?;
        Self::new(number.get())
    }

    fn from_json(json: crate::input::Json<'_>) -> Result<Self, Invalid> {
        Self::from_text(json.number()?)
    }
}

impl Body for Opinion {
    const SUCCESS: StatusCode = StatusCode::CREATED;

    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        let (rating, categories, text) = (fields.required("rating"), read_categories(fields), fields.optional("text"));
        Ok(Self { rating: rating?, categories: categories?, text: text? })
    }
}

/// Each rating on its own, so that all problems are told at once; null is as good as absent.
fn read_categories(fields: &mut Fields<'_>) -> Result<Categories, Noted> {
    const FIELD: &str = "categories";
    let Some(members) = fields.members(FIELD)? else { return Ok(Categories::new()) };
    let (mut categories, mut noted) = (Categories::new(), None);
    for (name, value) in members {
        let category = name.parse::<Category>();
        let rating = if value.is_null() { Ok(None) } else { Stars::from_json(value).map(Some) };
        let problem = match (category, rating) {
            (Ok(category), Ok(Some(rating))) => match categories.insert(category, rating) {
                None => continue,
                Some(_) => Invalid::new("repeated", "Must be given once."),
            },
            (Ok(_), Ok(None)) => continue,
            (Err(problem), _) | (_, Err(problem)) => problem,
        };
        noted = Some(fields.note(&format!("{FIELD}.{name}"), problem));
    }
    noted.map_or(Ok(categories), Err)
}

/// Review a stay
///
/// By its guest about the place, or by its host about the guest: once, within 14 days of its completion. Nobody else
/// learns of it before both have written or that time is over.
#[utoipa::path(
    post, path = "/bookings/{id}/reviews", tag = "reviews", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The booking.")), request_body = NewReviewBody,
    responses(
        (status = 201, description = "The review, as its author sees it.", body = Success<ReviewBody>),
        (status = 409, description = "`already_reviewed`; `invalid_transition`: the stay is not completed, or was too \
                                      long ago; `concurrent_change`"),
    )
)]
pub(crate) async fn submit(
    State(api): State<ApiState>,
    At(booking_id): At<Uuid>,
    command: Command<SignedIn, Opinion>,
) -> Result<Answer, ApiError> {
    let done = commands::review::submit(&api.commands, &command.context, booking_id, command.body).await?;
    let receipt = api.settle(done, command.settling).await.located(&format!("{BASE}/reviews"));
    receipt.show("Your review was taken.", |id| review(&api, &command.context.actor, id)).await
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Document, json};

    use super::*;
    use crate::input::Json;

    fn read(body: &Document) -> Result<Opinion, Vec<(String, &'static str)>> {
        let text = body.to_string();
        let fields = Fields::of(Json::parse(text.as_bytes()).unwrap()).unwrap();
        let told = |problems: Vec<domain::FieldError>| problems.into_iter().map(|p| (p.field, p.code)).collect();
        fields.finish(Opinion::read).map_err(told)
    }

    #[test]
    fn a_rating_is_enough() {
        let opinion = read(&json!({"rating": 4, "categories": {"value": null}, "text": null})).unwrap();
        assert_eq!((opinion.rating.get(), opinion.categories.len(), opinion.text), (4, 0, None));
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let categories = json!({"value": 0, "house_rules": 3, "check_in": 5, "location": "5", "accuracy": 4.5});
        let mut told = read(&json!({"rating": 6, "categories": categories, "text": " ", "stars": 1})).unwrap_err();
        told.sort();
        let expected = [
            ("categories.accuracy", "wrong_type"),
            ("categories.house_rules", "unknown_category"),
            ("categories.location", "wrong_type"),
            ("categories.value", "out_of_range"),
            ("rating", "out_of_range"),
            ("stars", "unknown_field"),
            ("text", "blank"),
        ];
        assert_eq!(told, expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn categories_are_an_object_each_given_once() {
        let told = read(&json!({"rating": 5, "categories": [5]})).unwrap_err();
        assert_eq!(told, [("categories".to_owned(), "wrong_type")]);
        let text = r#"{"rating": 5, "categories": {"value": 5, "value": 4}}"#;
        let fields = Fields::of(Json::parse(text.as_bytes()).unwrap()).unwrap();
        assert_eq!(fields.finish(Opinion::read).unwrap_err()[0].code, "repeated");
    }
}
