use std::collections::BTreeMap;

use domain::{FieldError, Invalid, Patch};

use super::json::Json;
use super::problems::{Noted, Problems};
use super::value::Value;
use crate::failure::Failure;

/// An object of a request's body, read field by field. What is never asked for is not known.
///
/// Read every field first and use `?` after: that is how all problems of a body are told at once.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    unread: BTreeMap<String, Json<'a>>,
    problems: Problems,
}

impl<'a> Fields<'a> {
    /// The fields of an object; a name that occurs twice is a problem.
    ///
    /// # Errors
    /// `wrong_type` for anything but an object.
    pub(crate) fn of(object: Json<'a>) -> Result<Self, Invalid> {
        let mut fields = Self { unread: BTreeMap::new(), problems: Problems::default() };
        for (name, value) in object.members()? {
            if fields.unread.contains_key(&name) {
                fields.note(&name, Invalid::new("repeated", "Must be given once."));
            }
            fields.unread.insert(name, value);
        }
        Ok(fields)
    }

    /// A value that must be there.
    ///
    /// # Errors
    /// Noted: `required`, or the value's own.
    pub(crate) fn required<T: Value>(&mut self, name: &str) -> Result<T, Noted> {
        let value = self.optional(name)?;
        self.given(name, value)
    }

    fn given<T>(&mut self, name: &str, value: Option<T>) -> Result<T, Noted> {
        value.ok_or_else(|| self.note(name, Invalid::new("required", "Must be given.")))
    }

    /// A value that may be absent or `null`.
    ///
    /// # Errors
    /// Noted: the value's own.
    pub(crate) fn optional<T: Value>(&mut self, name: &str) -> Result<Option<T>, Noted> {
        match self.take(name) {
            Some(value) if !value.is_null() => self.read(name, value).map(Some),
            _ => Ok(None),
        }
    }

    /// A change: absent keeps, `null` clears.
    ///
    /// # Errors
    /// Noted: the value's own.
    pub(crate) fn patch<T: Value>(&mut self, name: &str) -> Result<Patch<T>, Noted> {
        match self.take(name) {
            None => Ok(Patch::Keep),
            Some(value) if value.is_null() => Ok(Patch::Clear),
            Some(value) => self.read(name, value).map(Patch::Set),
        }
    }

    /// A change of a value that cannot be cleared.
    ///
    /// # Errors
    /// Noted: `not_nullable`, or the value's own.
    pub(crate) fn changed<T: Value>(&mut self, name: &str) -> Result<Option<T>, Noted> {
        match self.patch(name)? {
            Patch::Keep => Ok(None),
            Patch::Set(value) => Ok(Some(value)),
            Patch::Clear => Err(self.note(name, not_nullable())),
        }
    }

    /// The items of a list, which may be absent or `null`; problems name the item, such as `amenities[2]`.
    ///
    /// # Errors
    /// Noted: the items' own, and `too_many` above `most`.
    pub(crate) fn list<T: Value>(&mut self, name: &str, most: usize) -> Result<Option<Vec<T>>, Noted> {
        let Some(items) = self.items(name, most)? else { return Ok(None) };
        let values: Vec<_> =
            items.into_iter().enumerate().map(|(index, item)| self.read(&format!("{name}[{index}]"), item)).collect();
        values.into_iter().collect::<Result<_, _>>().map(Some)
    }

    /// A change of a list that cannot be cleared, but may become empty.
    ///
    /// # Errors
    /// Noted: `not_nullable`, the items' own, and `too_many` above `most`.
    pub(crate) fn changed_list<T: Value>(&mut self, name: &str, most: usize) -> Result<Option<Vec<T>>, Noted> {
        match self.unread.get(name) {
            Some(value) if value.is_null() => {
                self.take(name);
                Err(self.note(name, not_nullable()))
            }
            _ => self.list(name, most),
        }
    }

    /// The items of a list as they were sent: for a reader that deals with each on its own.
    ///
    /// # Errors
    /// Noted: `wrong_type`, and `too_many` above `most`.
    pub(crate) fn items(&mut self, name: &str, most: usize) -> Result<Option<Vec<Json<'a>>>, Noted> {
        let Some(list) = self.take(name).filter(|value| !value.is_null()) else { return Ok(None) };
        match list.items() {
            Ok(items) if items.len() <= most => Ok(Some(items)),
            Ok(_) => Err(self.note(name, Invalid::new("too_many", format!("Must have at most {most} items.")))),
            Err(problem) => Err(self.note(name, problem)),
        }
    }

    /// The same of a list that must be there.
    ///
    /// # Errors
    /// Noted: `required`, and what [`Self::items`] notes.
    pub(crate) fn required_items(&mut self, name: &str, most: usize) -> Result<Vec<Json<'a>>, Noted> {
        let items = self.items(name, most)?;
        self.given(name, items)
    }

    /// The members of an object as they were sent, repeated names included: for a reader that deals with each on its own.
    ///
    /// # Errors
    /// Noted: `wrong_type`.
    pub(crate) fn members(&mut self, name: &str) -> Result<Option<Vec<(String, Json<'a>)>>, Noted> {
        let Some(object) = self.take(name).filter(|value| !value.is_null()) else { return Ok(None) };
        object.members().map(Some).map_err(|problem| self.note(name, problem))
    }

    /// A change of an object, read field by field; problems name its fields, such as `preferences.max_price`.
    ///
    /// # Errors
    /// Noted: `wrong_type`, and whatever `read` notes.
    pub(crate) fn object<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Fields<'a>) -> Result<T, Noted>,
    ) -> Result<Patch<T>, Noted> {
        let object = match self.take(name) {
            None => return Ok(Patch::Keep),
            Some(value) if value.is_null() => return Ok(Patch::Clear),
            Some(value) => Fields::of(value).map_err(|problem| self.note(name, problem))?,
        };
        object.finish(read).map(Patch::Set).map_err(|problems| self.note_within(name, problems))
    }

    /// Whether a field is there, and an object.
    pub(crate) fn has_object(&self, name: &str) -> bool {
        self.unread.get(name).is_some_and(|value| value.members().is_ok())
    }

    /// How many fields nobody has asked for yet.
    pub(crate) fn left(&self) -> usize {
        self.unread.len()
    }

    /// The fields that nobody has asked for, as they were sent: for a reader that takes whatever there is.
    pub(crate) fn rest(&mut self) -> BTreeMap<String, Json<'a>> {
        std::mem::take(&mut self.unread)
    }

    fn note_within(&mut self, name: &str, problems: Vec<FieldError>) -> Noted {
        for FieldError { field, code, message } in problems {
            let field = if field.is_empty() { name.to_owned() } else { format!("{name}.{field}") };
            self.note(&field, Invalid { code, message });
        }
        Noted
    }

    /// Notes a problem that only shows when several fields are looked at together.
    pub(crate) fn note(&mut self, name: &str, problem: Invalid) -> Noted {
        self.problems.note(name, problem)
    }

    /// What `read` makes of the fields.
    ///
    /// # Errors
    /// Everything that was noted, and a problem for each field that nobody asked for.
    pub(crate) fn finish<T>(mut self, read: impl FnOnce(&mut Self) -> Result<T, Noted>) -> Result<T, Vec<FieldError>> {
        let result = read(&mut self);
        for name in std::mem::take(&mut self.unread).into_keys() {
            self.problems.note_unknown(&name, Failure::UnknownField);
        }
        self.problems.unless_any(result)
    }

    fn take(&mut self, name: &str) -> Option<Json<'a>> {
        self.unread.remove(name)
    }

    fn read<T: Value>(&mut self, name: &str, value: Json<'_>) -> Result<T, Noted> {
        T::from_json(value).map_err(|problem| self.note(name, problem))
    }
}

fn not_nullable() -> Invalid {
    Invalid::new("not_nullable", "Cannot be cleared.")
}
