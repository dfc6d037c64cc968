//! HBNB api.
