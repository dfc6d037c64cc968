//! HBNB infra.

pub mod jobs;
