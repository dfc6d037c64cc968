//! HBNB commands.
