//! Which values PostgreSQL can store, checked before they are queued: one that it refuses would fail a whole batch.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Checks that `text` is JSON that every reader can read back: well-formed, numbers in range, nested at most 128 deep,
/// and without U+0000, which PostgreSQL takes as `json` and then cannot give out as text.
///
/// # Errors
/// What is wrong, without the value itself.
pub(super) fn check_json(text: &str) -> Result<(), String> {
    let checked: Result<Storable, _> = serde_json::from_str(text);
    checked.map(|Storable| ()).map_err(|error| format!("not storable JSON at column {}", error.column()))
}

/// Checks that PostgreSQL takes `value` as `text`.
///
/// # Errors
/// What is wrong, without the value itself.
pub(super) fn check_text(value: &str) -> Result<(), String> {
    if value.contains('\0') { Err("a text with U+0000".to_owned()) } else { Ok(()) }
}

/// Any storable JSON value; keeps nothing of it.
struct Storable;

struct Walk;

impl<'de> Deserialize<'de> for Storable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Walk)
    }
}

impl<'de> Visitor<'de> for Walk {
    type Value = Storable;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without U+0000")
    }

    fn visit_unit<E: Error>(self) -> Result<Storable, E> {
        Ok(Storable)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Storable, E> {
        Ok(Storable)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Storable, E> {
        Ok(Storable)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Storable, E> {
        Ok(Storable)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Storable, E> {
        Ok(Storable)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Storable, E> {
        if text.contains('\0') { Err(E::custom("U+0000")) } else { Ok(Storable) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Storable, A::Error> {
        while values.next_element::<Storable>()?.is_some() {}
        Ok(Storable)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Storable, A::Error> {
        while fields.next_entry::<Storable, Storable>()?.is_some() {}
        Ok(Storable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_json_is_storable() {
        for text in [r#"{"a":[1,-2,3.5,true,null,"é\n\\u0000"]}"#, "null", r#""""#] {
            assert_eq!(check_json(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_postgresql_or_a_reader_would_refuse_is_not() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        for text in [r#""\u0000""#, r#"{"a\u0000":1}"#, "{", "", "1e999", r#""\ud800""#, "{} {}", &deep] {
            assert!(check_json(text).is_err(), "{text}");
        }
    }
}
