//! HBNB tests.
