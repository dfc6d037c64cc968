//! JSON as it was sent: tokens are looked at before they become values, so that digits never pass through a float.

use std::fmt;

use domain::Invalid;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// One well-formed JSON value, unread.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Json<'a>(&'a RawValue);

/// The fields of an object in the order in which they were sent, repeated names included.
type Members<'a> = Vec<(String, Json<'a>)>;

impl<'a> Json<'a> {
    /// Looks at JSON text.
    ///
    /// # Errors
    /// Text that is not JSON, or not UTF-8.
    pub(crate) fn parse(text: &'a [u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(text).map(Self)
    }

    /// Whether it is `null`.
    pub(crate) fn is_null(self) -> bool {
        self.0.get() == "null"
    }

    /// The text of a string.
    ///
    /// # Errors
    /// `wrong_type`.
    pub(crate) fn text(self) -> Result<String, Invalid> {
        self.typed("Must be a string.")
    }

    /// The digits of a number, as they were sent.
    ///
    /// # Errors
    /// `wrong_type`.
    pub(crate) fn number(self) -> Result<&'a str, Invalid> {
        let is_number = self.0.get().starts_with(|c: char| c == '-' || c.is_ascii_digit());
        if is_number { Ok(self.0.get()) } else { Err(wrong_type("Must be a number.")) }
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// `wrong_type`.
    pub(crate) fn boolean(self) -> Result<bool, Invalid> {
        self.typed("Must be true or false.")
    }

    /// The items of a list.
    ///
    /// # Errors
    /// `wrong_type`.
    pub(crate) fn items(self) -> Result<Vec<Json<'a>>, Invalid> {
        let items: Vec<&'a RawValue> = self.typed("Must be a list.")?;
        Ok(items.into_iter().map(Self).collect())
    }

    /// The fields of an object.
    ///
    /// # Errors
    /// `wrong_type`.
    pub(crate) fn members(self) -> Result<Members<'a>, Invalid> {
        serde_json::Deserializer::from_str(self.0.get())
            .deserialize_map(MembersVisitor)
            .map_err(|_| wrong_type("Must be an object."))
    }

    fn typed<T: serde::Deserialize<'a>>(self, message: &str) -> Result<T, Invalid> {
        serde_json::from_str(self.0.get()).map_err(|_| wrong_type(message))
    }
}

fn wrong_type(message: &str) -> Invalid {
    Invalid::new("wrong_type", message)
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Members<'de>, M::Error> {
        let mut members = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            members.push((name, Json(value)));
        }
        Ok(members)
    }
}
