//! HBNB infra.

pub mod event_store;
pub mod jobs;
pub mod personal_data;
