//! A change to a value that may be absent.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Keep, clear or set: what a JSON merge patch (RFC 7396) can say of one field.
///
/// Serialise a field of this type with `#[serde(default, skip_serializing_if = "Patch::is_keep")]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// The field is not named.
    #[default]
    Keep,
    /// The field is `null`.
    Clear,
    /// The field has a value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether nothing is to change.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// Changes an optional value in place.
    pub fn apply(self, value: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *value = None,
            Self::Set(new) => *value = Some(new),
        }
    }

    /// The same change of a value made into something else.
    pub fn map<U>(self, into: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(into(value)),
        }
    }

    /// `None` to keep, `Some(None)` to clear, `Some(Some(_))` to set.
    pub fn as_option(&self) -> Option<Option<&T>> {
        match self {
            Self::Keep => None,
            Self::Clear => Some(None),
            Self::Set(value) => Some(Some(value)),
        }
    }

    /// This change, or [`Patch::Keep`] where it would leave `current` as it is.
    pub fn against(self, current: Option<&T>) -> Self
    where
        T: PartialEq,
    {
        match (&self, current) {
            (Self::Clear, None) => Self::Keep,
            (Self::Set(new), Some(old)) if new == old => Self::Keep,
            _ => self,
        }
    }
}

/// A change of a value that can be set, but not cleared.
impl<T> From<Option<T>> for Patch<T> {
    fn from(new: Option<T>) -> Self {
        new.map_or(Self::Keep, Self::Set)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Clear => serializer.serialize_none(),
            Self::Set(value) => serializer.serialize_some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
    }
}

#[cfg(test)]
mod tests;
