//! What is kept for a person: what they wish of places, and a client's switches beside it.

use std::collections::BTreeSet;

use domain::place::{AmenityCode, Coordinates};
use domain::user::{Preferences, Radius, WishedLocation, Wishes};
use domain::{Currency, Invalid, Money, Patch};
use serde_json::{Map, Value as Document, json};
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, Object, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type,
};

use crate::input::{Amount, Fields, Json, Noted, Value};

/// Wishes and switches at the most.
const MOST: usize = 64;
/// Amenities that are wished for at the most.
const MOST_AMENITIES: usize = 50;
/// Characters of a switch's name, and of its text.
const MAX_TEXT: usize = 64;

/// Reads the field `preferences`: all of them, since they are replaced as a whole.
pub(super) fn read(fields: &mut Fields<'_>) -> Result<Patch<Preferences>, Noted> {
    fields.object("preferences", |fields| {
        if fields.left() > MOST {
            fields.rest();
            return Err(fields.note("", Invalid::new("too_many", format!("Must have at most {MOST} fields."))));
        }
        let (max_price, location, amenities) = (read_max_price(fields), read_location(fields), read_amenities(fields));
        let switches = read_switches(fields);
        let wishes = Wishes { max_price: max_price?, location: location?, amenities: amenities? };
        Ok(Preferences::new(wishes, switches?))
    })
}

/// An amount with its currency, or an amount of euros.
fn read_max_price(fields: &mut Fields<'_>) -> Result<Option<Money>, Noted> {
    const NAME: &str = Preferences::MAX_PRICE;
    if !fields.has_object(NAME) {
        let amount = fields.optional::<Amount>(NAME)?;
        let price = amount.map(|amount| amount.price(Currency::EUR)).transpose();
        return price.map_err(|problem| fields.note(NAME, problem));
    }
    let price = fields.object(NAME, |fields| {
        let (amount, currency) = (fields.required::<Amount>("amount"), fields.optional("currency"));
        let (amount, currency) = (amount?, currency?.unwrap_or(Currency::EUR));
        amount.price(currency).map_err(|problem| fields.note("amount", problem))
    });
    Ok(price?.as_option().flatten().copied())
}

fn read_location(fields: &mut Fields<'_>) -> Result<Option<WishedLocation>, Noted> {
    const RADIUS: &str = Preferences::RADIUS;
    let location = fields.optional::<Location>(Preferences::LOCATION);
    let radius = fields.optional::<f64>(RADIUS).and_then(|km| {
        let radius = km.map(Radius::new).transpose();
        radius.map_err(|problem| fields.note(RADIUS, problem))
    });
    match (location?, radius?) {
        (location, None) => Ok(location.map(|Location(location)| location)),
        (Some(Location(around @ WishedLocation::Around { .. })), radius) => Ok(Some(around.within(radius))),
        (Some(Location(WishedLocation::City(_))) | None, Some(_)) => {
            let message = "Goes with a preferred_location of the form lat,lon.";
            Err(fields.note(RADIUS, Invalid::new("without_point", message)))
        }
    }
}

/// A city, or a point: `"48.86,2.35"`, `[48.86, 2.35]`, or its latitude and longitude as a place has them.
struct Location(WishedLocation);

impl Value for Location {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        WishedLocation::parse(text).map(Self)
    }

    fn from_json(json: Json<'_>) -> Result<Self, Invalid> {
        if let Ok(text) = json.text() {
            return Self::from_text(&text);
        }
        let Some((latitude, longitude)) = pair(json) else {
            return Err(Invalid::new("wrong_type", "Must be a city, or a point such as \"48.86,2.35\"."));
        };
        let centre = Coordinates::new(f64::from_json(latitude)?, f64::from_json(longitude)?)?;
        Ok(Self(WishedLocation::at(centre)))
    }
}

fn pair(json: Json<'_>) -> Option<(Json<'_>, Json<'_>)> {
    if let Ok(items) = json.items() {
        let [latitude, longitude] = items.try_into().ok()?;
        return Some((latitude, longitude));
    }
    let mut members = json.members().ok()?;
    members.sort_by(|(one, _), (other, _)| one.cmp(other));
    let [(north, latitude), (east, longitude)] = members.try_into().ok()?;
    (north == "latitude" && east == "longitude").then_some((latitude, longitude))
}

fn read_amenities(fields: &mut Fields<'_>) -> Result<Vec<AmenityCode>, Noted> {
    const NAME: &str = Preferences::AMENITIES;
    let codes = fields.list::<AmenityCode>(NAME, MOST_AMENITIES)?.unwrap_or_default();
    if codes.iter().collect::<BTreeSet<_>>().len() < codes.len() {
        return Err(fields.note(NAME, Invalid::new("repeated", "Must not name an amenity twice.")));
    }
    Ok(codes)
}

/// Whatever else there is: short names, each with true, false, an integer or a short text.
fn read_switches(fields: &mut Fields<'_>) -> Result<Map<String, Document>, Noted> {
    let (mut switches, mut noted) = (Map::new(), None);
    for (name, value) in fields.rest() {
        match switch(&name, value) {
            Ok(value) => {
                switches.insert(name, value);
            }
            Err(problem) => noted = Some(fields.note(&name, problem)),
        }
    }
    noted.map_or(Ok(switches), Err)
}

fn switch(name: &str, value: Json<'_>) -> Result<Document, Invalid> {
    let short = |text: &str| text.chars().count() <= MAX_TEXT && !text.chars().any(char::is_control);
    let boolean = value.boolean().map(Document::from);
    let integer = || value.number().ok().and_then(|digits| digits.parse::<i32>().ok()).map(Document::from);
    let text = || value.text().ok().filter(|text| short(text)).map(Document::from);
    match boolean.ok().or_else(integer).or_else(text) {
        Some(value) if !name.is_empty() && short(name) => Ok(value),
        _ => {
            let message = format!(
                "Names and values must have at most {MAX_TEXT} characters; values must be true, false, an integer or text."
            );
            Err(Invalid::new("invalid_switch", message))
        }
    }
}

/// As documentation has them, in requests and answers.
pub(super) fn schema() -> Object {
    let described = |kind: Type, text: &str| ObjectBuilder::new().schema_type(kind).description(Some(text));
    let price = described(Type::Object, "The most for one night; places priced in another currency do not count.")
        .property("amount", ObjectBuilder::new().schema_type(Type::String))
        .property("currency", ObjectBuilder::new().schema_type(Type::String))
        .required("amount");
    let bare = SchemaType::from_iter([Type::String, Type::Number]);
    let euros = ObjectBuilder::new().schema_type(bare).description(Some("In euros; answered with its currency."));
    let number = || ObjectBuilder::new().schema_type(Type::Number);
    let pair = ArrayBuilder::new().items(number()).min_items(Some(2)).max_items(Some(2));
    let point =
        described(Type::Object, "As a place has it.").property("latitude", number()).property("longitude", number());
    let location = OneOfBuilder::new()
        .item(described(Type::String, "A city, or a point as `lat,lon`: so it is answered."))
        .item(pair.description(Some("Latitude and longitude.")))
        .item(point.required("latitude").required("longitude"));
    let radius = described(Type::Number, "Kilometres around a point, above 0; 10 where nothing is said.")
        .maximum(Some(Radius::MAX_KM));
    let codes = ArrayBuilder::new()
        .items(ObjectBuilder::new().schema_type(Type::String))
        .max_items(Some(MOST_AMENITIES))
        .description(Some("Codes of the catalogue, all of which a place must have."));
    let switches: Schema = described(Type::Object, "Switches of the client: true, false, an integer or a short text.")
        .schema_type(SchemaType::from_iter([Type::Boolean, Type::Integer, Type::String]))
        .into();
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Object, Type::Null]))
        .description(Some("What a person wishes of places, and whatever else a client keeps; replaced as a whole."))
        .property(Preferences::MAX_PRICE, OneOfBuilder::new().item(price).item(euros))
        .property(Preferences::LOCATION, location)
        .property(Preferences::RADIUS, radius)
        .property(Preferences::AMENITIES, codes)
        .additional_properties(Some(AdditionalProperties::from(switches)))
        .examples([json!({
            "max_price": {"amount": "150.00", "currency": "EUR"}, "preferred_location": "48.86,2.35",
            "preferred_radius": 10, "amenities": ["wifi"], "email_booking": false,
        })])
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Json;

    fn told(preferences: &Document) -> Result<Document, Vec<(String, &'static str)>> {
        let text = json!({"preferences": preferences}).to_string();
        let fields = Fields::of(Json::parse(text.as_bytes()).unwrap()).unwrap();
        match fields.finish(read) {
            Ok(Patch::Set(preferences)) => Ok(serde_json::to_value(preferences).unwrap()),
            Ok(Patch::Clear | Patch::Keep) => Ok(Document::Null),
            Err(problems) => Err(problems.into_iter().map(|problem| (problem.field, problem.code)).collect()),
        }
    }

    #[test]
    fn wishes_are_kept_in_one_form_whatever_form_they_are_sent_in() {
        let kept = |sent: Document| told(&sent).unwrap();
        let price = json!({"max_price": {"amount": "150.00", "currency": "EUR"}});
        for sent in [json!("150"), json!(150), json!(150.0), json!({"amount": 150}), price["max_price"].clone()] {
            assert_eq!(kept(json!({"max_price": sent})), price, "{sent}");
        }
        let yen = json!({"max_price": {"amount": "15000", "currency": "JPY"}});
        assert_eq!(kept(yen.clone()), yen);
        let point = json!({"preferred_location": "48.86,-2.35"});
        for sent in [json!("48.86, -2.35"), json!([48.86, -2.35]), json!({"longitude": -2.35, "latitude": 48.86})] {
            assert_eq!(kept(json!({"preferred_location": sent})), point, "{sent}");
        }
        let all = json!({
            "preferred_location": "48.86,-2.35", "preferred_radius": 7.5, "amenities": ["wifi", "pool"],
            "email_booking": false, "theme": "dark", "digest_hour": 7,
        });
        assert_eq!(kept(all.clone()), all);
        assert_eq!(
            kept(json!({"preferred_location": "Saint-Étienne"})),
            json!({"preferred_location": "Saint-Étienne"})
        );
    }

    #[test]
    fn null_wishes_nothing() {
        let nothing =
            json!({"max_price": null, "preferred_location": null, "preferred_radius": null, "amenities": null});
        assert_eq!(told(&nothing), Ok(json!({})));
        assert_eq!(told(&json!({"amenities": []})), Ok(json!({})));
        assert_eq!(told(&Document::Null), Ok(Document::Null));
    }

    #[test]
    fn all_problems_are_told_at_once_by_their_fields() {
        let sent = json!({
            "max_price": {"amount": "0", "currency": "EUR", "per": "night"}, "preferred_location": [91, 0],
            "preferred_radius": 501, "amenities": ["wifi", "Wi-Fi"], "theme": {"dark": true},
        });
        let mut problems = told(&sent).unwrap_err();
        problems.sort();
        let expected = [
            ("preferences.amenities[1]", "invalid_code"),
            ("preferences.max_price.amount", "not_positive"),
            ("preferences.max_price.per", "unknown_field"),
            ("preferences.preferred_location", "out_of_range"),
            ("preferences.preferred_radius", "out_of_range"),
            ("preferences.theme", "invalid_switch"),
        ];
        assert_eq!(problems, expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn what_is_no_wish_is_refused() {
        let problem = |sent: Document| {
            let (field, code) = told(&sent).unwrap_err().remove(0);
            (field.strip_prefix("preferences").map(str::to_owned).unwrap(), code)
        };
        for (sent, field, code) in [
            (json!({"max_price": "cheap"}), ".max_price", "invalid_amount"),
            (json!({"max_price": true}), ".max_price", "wrong_type"),
            (json!({"max_price": "1.001"}), ".max_price", "too_precise"),
            (json!({"max_price": {}}), ".max_price.amount", "required"),
            (json!({"max_price": {"amount": 1, "currency": "XXX"}}), ".max_price.currency", "unknown_currency"),
            (json!({"preferred_location": [1]}), ".preferred_location", "wrong_type"),
            (json!({"preferred_location": {"lat": 1, "lon": 2}}), ".preferred_location", "wrong_type"),
            (json!({"preferred_location": " "}), ".preferred_location", "blank"),
            (json!({"preferred_location": "Lyon", "preferred_radius": 5}), ".preferred_radius", "without_point"),
            (json!({"preferred_radius": 5}), ".preferred_radius", "without_point"),
            (json!({"preferred_location": "1,2", "preferred_radius": 0}), ".preferred_radius", "out_of_range"),
            (json!({"amenities": "wifi"}), ".amenities", "wrong_type"),
            (json!({"amenities": ["wifi", "wifi"]}), ".amenities", "repeated"),
            (json!({"x".repeat(65): 1}), &format!(".{}", "x".repeat(65)), "invalid_switch"),
            (json!("all"), "", "wrong_type"),
            ((0..65).map(|n| (n.to_string(), n.into())).collect::<Map<_, _>>().into(), "", "too_many"),
        ] {
            assert_eq!(problem(sent.clone()), (field.to_owned(), code), "{sent}");
        }
    }
}
