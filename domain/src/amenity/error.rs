/// Why the catalogue refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmenityError {
    /// The stream has its amenity already.
    #[error("the amenity exists already")]
    AlreadyExists,
    /// The catalogue has the code already.
    #[error("the catalogue has the code already")]
    CodeTaken,
}
