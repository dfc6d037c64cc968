//! Values of the domain as clients write them, in bodies and in queries.

use commands::ports::jobs::JobState;
use commands::ports::password::Password;
use domain::booking::BookingStatus;
use domain::place::{AmenityCode, LocationPrecision, PlaceStatus};
use domain::text::{Phone, Text};
use domain::user::Role;
use domain::zone::Zone;
use domain::{Currency, Email, Invalid};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use uuid::Uuid;

use super::json::Json;

/// A type that a field or parameter can be read into.
pub(crate) trait Value: Sized {
    /// Reads the text of a parameter, or of a JSON string.
    ///
    /// # Errors
    /// Why it is not such a value.
    fn from_text(text: &str) -> Result<Self, Invalid>;

    /// Reads JSON: a string, unless the type says otherwise.
    ///
    /// # Errors
    /// `wrong_type`, or why it is not such a value.
    fn from_json(json: Json<'_>) -> Result<Self, Invalid> {
        Self::from_text(&json.text()?)
    }
}

macro_rules! read_with {
    ($($type:ty: $read:expr),+ $(,)?) => {
        $(impl Value for $type {
            fn from_text(text: &str) -> Result<Self, Invalid> {
                $read(text)
            }
        })+
    };
}

read_with! {
    AmenityCode: Self::parse,
    BookingStatus: str::parse,
    Currency: str::parse,
    Email: Self::parse,
    JobState: str::parse,
    LocationPrecision: str::parse,
    Phone: Self::parse,
    PlaceStatus: str::parse,
    Role: str::parse,
    Zone: str::parse,
}

impl<const MIN: usize, const MAX: usize, const LINES: bool> Value for Text<MIN, MAX, LINES> {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

impl Value for Uuid {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        Self::try_parse(text)
            .ok()
            .filter(|_| text.len() == 36)
            .ok_or_else(|| Invalid::new("invalid_id", "Must be an id, such as 019a8f2e-7c3b-7d10-8a4e-5f6071829304."))
    }
}

impl Value for Date {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        // jiff reads more forms of ISO 8601 than the contract offers.
        text.parse()
            .ok()
            .filter(|date: &Self| date.to_string() == text)
            .ok_or_else(|| Invalid::new("invalid_date", "Must be a date, such as 2027-05-31."))
    }
}

impl Value for Time {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        Self::strptime("%H:%M", text)
            .ok()
            .filter(|_| text.len() == 5)
            .ok_or_else(|| Invalid::new("invalid_time", "Must be a time of day, such as 15:00."))
    }
}

impl Value for Timestamp {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        text.parse()
            .map_err(|_| Invalid::new("invalid_timestamp", "Must be an RFC 3339 time, such as 2027-05-31T12:00:00Z."))
    }
}

impl Value for bool {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        text.parse().map_err(|_| Invalid::new("wrong_type", "Must be true or false."))
    }

    fn from_json(json: Json<'_>) -> Result<Self, Invalid> {
        json.boolean()
    }
}

/// Degrees of latitude or longitude: a measure, so a float will do.
impl Value for f64 {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        let number = text.trim().parse().ok().filter(|number: &Self| number.is_finite());
        number.ok_or_else(|| Invalid::new("wrong_type", "Must be a number."))
    }

    fn from_json(json: Json<'_>) -> Result<Self, Invalid> {
        Self::from_text(json.number()?)
    }
}

/// A new password. Where somebody signs in with one, any [`Secret`] may be tried.
impl Value for Password {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        Self::choose(text)
    }
}

/// Something that is only ever compared: a refresh token, a password somebody signs in with. Never shown.
pub(crate) struct Secret(pub(crate) String);

impl Value for Secret {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        const MAX: usize = 1_000;
        match text.len() {
            0 => Err(Invalid::new("blank", "Must not be blank.")),
            1..=MAX => Ok(Self(text.to_owned())),
            _ => Err(Invalid::new("too_long", format!("Must have at most {MAX} bytes."))),
        }
    }
}

/// A name that programs give: 1 to `MAX` visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key<const MAX: usize>(pub(crate) String);

impl<const MAX: usize> Value for Key<MAX> {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        if (1..=MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("invalid_key", format!("Must be 1 to {MAX} visible ASCII characters.")))
        }
    }
}

/// A language tag of the form of RFC 5646, such as `fr` or `pt-BR`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Locale(pub(crate) String);

impl Value for Locale {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        let mut subtags = text.split('-');
        let language = subtags.next().unwrap_or_default();
        let well_formed = text.len() <= 35
            && (2..=3).contains(&language.len())
            && language.chars().all(|c| c.is_ascii_alphabetic())
            && subtags.all(|tag| (1..=8).contains(&tag.len()) && tag.chars().all(|c| c.is_ascii_alphanumeric()));
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("invalid_locale", "Must be a language tag, such as fr or pt-BR."))
        }
    }
}
