//! HBNB projections.
