//! Merges the sources: flags, then environment, then `hbnb.toml`, then defaults.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::ConfigError;
use super::flags::Flags;
use super::setting::Setting;

/// The file that is read where `--config` names none.
const DEFAULT_FILE: &str = "hbnb.toml";

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The command line.
    Flag,
    /// An environment variable.
    Environment,
    /// The file with settings.
    File(PathBuf),
    /// Nobody said anything.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Environment => f.write_str("environment"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// The text of every setting that has one, and where it comes from.
#[derive(Clone)]
pub(super) struct Layers(BTreeMap<Setting, (String, Source)>);

impl Layers {
    /// Merges the sources. A variable or flag that is empty counts as not given.
    pub(super) fn merge(flags: &Flags, variable: impl Fn(&str) -> Option<String>, file: &SettingsFile) -> Self {
        let mut values = BTreeMap::new();
        for setting in Setting::ALL {
            let given = |text: String, source| (!text.trim().is_empty()).then(|| (text.trim().to_owned(), source));
            let value = flags
                .get(setting)
                .and_then(|text| given(text.to_owned(), Source::Flag))
                .or_else(|| given(variable(setting.variable())?, Source::Environment))
                .or_else(|| given(file.settings.get(&setting)?.clone(), Source::File(file.path.clone())))
                .or_else(|| given(setting.default()?.to_owned(), Source::Default));
            if let Some(value) = value {
                values.insert(setting, value);
            }
        }
        Self(values)
    }

    pub(super) fn get(&self, setting: Setting) -> Option<&(String, Source)> {
        self.0.get(&setting)
    }
}

/// What a file says; nothing by default.
#[derive(Default)]
pub(super) struct SettingsFile {
    path: PathBuf,
    settings: BTreeMap<Setting, String>,
}

impl SettingsFile {
    /// Reads the file that was named, else `hbnb.toml`, whose absence is no error.
    pub(super) fn read(named: Option<&Path>) -> Result<Self, ConfigError> {
        let path = named.unwrap_or(Path::new(DEFAULT_FILE)).to_owned();
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Self { settings: parse_file(&path, &text)?, path }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => Ok(Self::default()),
            Err(source) => Err(ConfigError::Unreadable { path, source }),
        }
    }
}

fn parse_file(path: &Path, text: &str) -> Result<BTreeMap<Setting, String>, ConfigError> {
    let table: Table = text.parse().map_err(|source| ConfigError::Malformed { path: path.to_owned(), source })?;
    let mut settings = BTreeMap::new();
    for (key, value) in table {
        let Some(setting) = Setting::ALL.into_iter().find(|setting| setting.file_key() == key) else {
            let known = Setting::ALL.map(Setting::file_key).join(", ");
            return Err(ConfigError::UnknownKey { path: path.to_owned(), key, known });
        };
        let text = plain_text(value).ok_or(ConfigError::WrongType { path: path.to_owned(), key })?;
        settings.insert(setting, text);
    }
    Ok(settings)
}

/// The text form that the other sources use: lists are joined by commas, switches are `on` and `off`.
fn plain_text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Boolean(on) => Some(if on { "on" } else { "off" }.to_owned()),
        Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            Some(texts?.join(","))
        }
        Value::Integer(_) | Value::Float(_) | Value::Datetime(_) | Value::Table(_) => None,
    }
}
