use axum::http::StatusCode;
use axum::http::header::ETAG;
use serde::Serialize;

use super::{Answer, Condition, EntityTag};
use crate::failure::ApiError;

/// A resource as one caller sees it, at a version.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Resource<T> {
    /// Its stream's version.
    pub(crate) version: u64,
    /// What the caller sees.
    pub(crate) data: T,
}

impl<T: Serialize> Resource<T> {
    /// Answers a read: 200 with its tag, or 304 where the client has it already.
    ///
    /// # Errors
    /// Data that JSON cannot express.
    pub(crate) fn answer(&self, if_none_match: Option<&Condition>, message: &'static str) -> Result<Answer, ApiError> {
        let (answer, tag) = self.tagged(message)?;
        let known = if_none_match.is_some_and(|condition| condition.names(&tag));
        Ok(if known { Answer::empty(StatusCode::NOT_MODIFIED).header(ETAG, tag.to_string()) } else { answer })
    }

    /// 200 with its tag, and the tag.
    pub(super) fn tagged(&self, message: &'static str) -> Result<(Answer, EntityTag), ApiError> {
        let answer = Answer::ok(&self.data, message)?;
        let tag = EntityTag::of(self.version, answer.data().map_or("", |data| data.get()));
        Ok((answer.header(ETAG, tag.to_string()), tag))
    }
}
