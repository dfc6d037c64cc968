use domain::{FieldError, Invalid};

use crate::failure::{ApiError, Failure};

/// More problems than this are not told: the answer stays small whatever the request holds.
const MAX_TOLD: usize = 100;
/// Characters of a field's name that are repeated to the client.
const MAX_NAME: usize = 100;

/// Problems of one request, noted while it is read.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<FieldError>);

/// A value that could not be read; why has been noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Noted;

impl Problems {
    /// Notes what is wrong with a field.
    pub(crate) fn note(&mut self, field: &str, problem: Invalid) -> Noted {
        if self.0.len() < MAX_TOLD {
            self.0.push(problem.at(field.chars().take(MAX_NAME).collect::<String>()));
        }
        Noted
    }

    /// Notes a field or parameter that nobody asks for, under the code that a request of such problems alone has.
    pub(crate) fn note_unknown(&mut self, field: &str, failure: Failure) {
        self.note(field, Invalid::new(failure.code(), "Is not known here."));
    }

    /// What was read, unless something was noted: then all of it.
    ///
    /// # Errors
    /// The problems, in the order in which they were noted.
    pub(crate) fn unless_any<T>(self, read: Result<T, Noted>) -> Result<T, Vec<FieldError>> {
        match read {
            Ok(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }
}

/// The error for `problems`: `unknown` where nothing worse was found than names that are not known, else `invalid`.
pub(super) fn refusal(problems: Vec<FieldError>, unknown: Failure, invalid: Failure) -> ApiError {
    let only_unknown = !problems.is_empty() && problems.iter().all(|problem| problem.code == unknown.code());
    ApiError::with_errors(if only_unknown { unknown } else { invalid }, problems)
}
