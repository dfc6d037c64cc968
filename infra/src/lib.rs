//! HBNB infra.
