//! What is wrong with a value, said so that a client can mend it.

/// Why a value cannot be what it is meant to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Invalid {
    /// A stable word for programs, such as `too_long`.
    pub code: &'static str,
    /// One sentence for people.
    pub message: String,
}

impl Invalid {
    /// A code with its sentence.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The same, said of the field it was given in.
    pub fn at(self, field: impl Into<String>) -> FieldError {
        FieldError { field: field.into(), code: self.code, message: self.message }
    }
}

/// An invalid value and the field that held it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name as the client sent it.
    pub field: String,
    /// A stable word for programs.
    pub code: &'static str,
    /// One sentence for people.
    pub message: String,
}
