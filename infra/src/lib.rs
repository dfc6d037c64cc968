//! HBNB infra.

pub mod event_store;
pub mod personal_data;
