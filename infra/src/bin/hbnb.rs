//! The `hbnb` program.
fn main() {}
