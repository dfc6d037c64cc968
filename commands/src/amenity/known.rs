//! Whether the catalogue has a code: built in, or by the claim that its addition took.

use std::collections::BTreeSet;

use domain::amenity::standard;
use domain::place::AmenityCode;
use domain::{FieldError, Invalid};

use crate::error::CommandError;
use crate::executor::Commands;
use crate::ports::PortError;

/// Refuses codes in a field that the catalogue does not have, each by its name.
///
/// # Errors
/// `Invalid`.
pub(crate) async fn check_known(commands: &Commands, codes: &[AmenityCode], field: &str) -> Result<(), CommandError> {
    let missing = missing(commands, codes).await?;
    let unknown = |code| unknown(code, field);
    if missing.is_empty() { Ok(()) } else { Err(CommandError::Invalid(missing.iter().map(unknown).collect())) }
}

/// Leaves out the codes that the catalogue does not have: an outside source has words of its own.
///
/// # Errors
/// `Unavailable`.
pub(crate) async fn keep_known(commands: &Commands, codes: &mut Vec<AmenityCode>) -> Result<(), CommandError> {
    let missing: BTreeSet<AmenityCode> = missing(commands, codes).await?.into_iter().collect();
    codes.retain(|code| !missing.contains(code));
    Ok(())
}

/// A code is never taken back: what is known now stays so, and need not be checked again by the append.
async fn missing(commands: &Commands, codes: &[AmenityCode]) -> Result<Vec<AmenityCode>, PortError> {
    let others: Vec<AmenityCode> = codes.iter().filter(|code| standard(code).is_none()).cloned().collect();
    if others.is_empty() {
        return Ok(others);
    }
    let added = commands.ports().directory.amenities_among(&others).await?;
    Ok(others.into_iter().filter(|code| !added.contains(code)).collect())
}

fn unknown(code: &AmenityCode, field: &str) -> FieldError {
    Invalid::new("unknown_amenity", format!("The catalogue has no amenity {}.", code.as_str())).at(field)
}
