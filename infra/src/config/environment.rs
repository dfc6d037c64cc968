//! The environment's variables, as far as they are settings.

use std::collections::HashMap;
use std::ffi::OsString;

use super::ConfigError;
use super::setting::Setting;

/// Variables of this program begin with it, but for those whose names are customary elsewhere.
const PREFIX: &str = "HBNB_";
/// What the tests of this repository read: they may be exported in the shell that starts the program.
const OF_TESTS: [&str; 2] = ["HBNB_HEAVY", "HBNB_LISTINGS_DIR"];

/// The settings among these variables, by name.
///
/// # Errors
/// `UnknownVariable` for a misspelt name, which would leave a setting silently unset; `NotText` likewise.
pub(super) fn settings(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<HashMap<String, String>, ConfigError> {
    let mut settings = HashMap::new();
    for (name, value) in variables {
        let name = name.to_string_lossy().into_owned();
        match Setting::ALL.into_iter().find(|setting| setting.variable() == name) {
            Some(setting) => {
                let value = value.into_string().map_err(|_| ConfigError::NotText { setting })?;
                settings.insert(name, value);
            }
            None if name.starts_with(PREFIX) && !OF_TESTS.contains(&name.as_str()) => {
                let known = Setting::ALL.map(Setting::variable).join(", ");
                return Err(ConfigError::UnknownVariable { name, known });
            }
            None => {}
        }
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt as _;

    use super::*;

    fn read(name: &str, value: &[u8]) -> Result<HashMap<String, String>, String> {
        let variables =
            [("PATH".into(), OsString::from_vec(vec![0xff])), (name.into(), OsString::from_vec(value.into()))];
        settings(variables).map_err(|error| error.to_string())
    }

    #[test]
    fn settings_are_read_and_other_variables_are_left_alone() {
        assert_eq!(read("HBNB_ADDR", b"[::]:80").unwrap(), HashMap::from([("HBNB_ADDR".into(), "[::]:80".into())]));
        assert_eq!(read("HOME", b"/root").unwrap(), HashMap::new());
        assert_eq!(read("HBNB_LISTINGS_DIR", b"/tmp").unwrap(), HashMap::new());
    }

    #[test]
    fn a_misspelt_setting_is_an_error_that_lists_the_known_ones() {
        let message = read("HBNB_RATE_LIMIT", b"off").unwrap_err();

        assert!(message.contains("no setting `HBNB_RATE_LIMIT`") && message.contains("HBNB_RATE_LIMITS"), "{message}");
    }

    #[test]
    fn a_value_that_is_no_text_is_an_error() {
        let message = read("DATABASE_URL", b"\xff").unwrap_err();

        assert_eq!(message, "DATABASE_URL (from environment) must be text in UTF-8");
    }
}
