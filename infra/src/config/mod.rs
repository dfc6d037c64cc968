//! What the operator of this house decides: read once at start, validated as a whole, never a global.

mod environment;
mod flags;
mod layers;
mod parse;
mod secret;
mod setting;
mod show;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use domain::Email;
use ipnet::IpNet;
use lettre::message::Mailbox;

pub use flags::Flags;
pub use layers::Source;
pub use secret::Secret;
pub use setting::Setting;

use layers::{Layers, SettingsFile};

/// Everything that is in force.
#[derive(Clone)]
pub struct Config {
    /// Where HTTP is served.
    pub addr: SocketAddr,
    /// Where keys, the embedded database and the operator's socket live.
    pub data_dir: PathBuf,
    /// A PostgreSQL server; without it the embedded one is used.
    pub database_url: Option<Secret>,
    /// NATS JetStream.
    pub nats_url: Option<Secret>,
    /// Meilisearch; without it PostgreSQL answers searches.
    pub meili_url: Option<Secret>,
    /// Meilisearch's API key.
    pub meili_key: Option<Secret>,
    /// Redis.
    pub redis_url: Option<Secret>,
    /// How clients reach this house, without a slash at the end; see [`Config::public_url_on`].
    pub public_url: Option<String>,
    /// Origins (scheme, host, port) whose scripts may call the API.
    pub cors_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    /// 32 bytes in base64; without it the key in the data folder is used.
    pub master_key: Option<Secret>,
    /// `kid:secret,...`; without it the keys in the data folder are used.
    pub jwt_keys: Option<Secret>,
    /// An administrator to make at start if nobody has that address.
    pub admin: Option<AdminAccount>,
    /// A mail server; without it mail is kept in the data folder.
    pub smtp_url: Option<Secret>,
    /// Whom mail comes from.
    pub mail_from: Mailbox,
    /// Whether clients are limited.
    pub rate_limits: bool,
    layers: Layers,
}

/// The administrator that is made at start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminAccount {
    /// Its address.
    pub email: Email,
    /// Its password, which satisfies the rules for new passwords.
    pub password: Secret,
}

/// Why the settings cannot be used. Each message names the setting and says how to mend it; none shows a secret.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value that means nothing.
    #[error("{} (from {source_name}) {problem}", .setting.variable())]
    Invalid {
        /// Which setting.
        setting: Setting,
        /// Where its value comes from.
        source_name: Source,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// A setting whose default will not do beside another.
    #[error("{} is set, so set {} too: its default is nobody's address", .given.variable(), .missing.variable())]
    NeedsOther {
        /// The one that is set.
        given: Setting,
        /// The one that is not.
        missing: Setting,
    },
    /// A setting that nothing comes of without another.
    #[error("{} is set, but does nothing without {}: set that too, or neither", .given.variable(), .missing.variable())]
    Useless {
        /// The one that is set.
        given: Setting,
        /// The one that is not.
        missing: Setting,
    },
    /// Two settings that make sense together only.
    #[error("{} is set but {} is not: set both or neither", .given.variable(), .missing.variable())]
    Incomplete {
        /// The one that is set.
        given: Setting,
        /// The one that is not.
        missing: Setting,
    },
    /// A setting that this version has no use for.
    #[error("{} is set, but this version cannot use it: unset it", .setting.variable())]
    NotUsed {
        /// Which setting.
        setting: Setting,
    },
    /// An environment variable that looks like a setting and is none.
    #[error("there is no setting `{name}`; there are: {known}")]
    UnknownVariable {
        /// The variable.
        name: String,
        /// The variables there are.
        known: String,
    },
    /// An environment variable that is no text.
    #[error("{} (from environment) must be text in UTF-8", .setting.variable())]
    NotText {
        /// Which setting.
        setting: Setting,
    },
    /// The file cannot be read.
    #[error("the settings in {} cannot be read", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{} is not valid TOML", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: toml::de::Error,
    },
    /// The file names a setting that does not exist.
    #[error("{} has an unknown key `{key}`; there are: {known}", .path.display())]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// The keys there are.
        known: String,
    },
    /// The file's value is neither text, a list of texts nor a switch.
    #[error("`{key}` in {} must be a text, a list of texts, true or false", .path.display())]
    WrongType {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
    },
}

impl Config {
    /// Reads flags, environment and file.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn load(flags: &Flags) -> Result<Self, ConfigError> {
        let variables = environment::settings(std::env::vars_os())?;
        Self::load_from(flags, |name| variables.get(name).cloned())
    }

    /// The same with another environment than the process's own.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn load_from(flags: &Flags, variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let file = SettingsFile::read(flags.config.as_deref())?;
        parse::config(Layers::merge(flags, variable, &file))
    }

    /// The settings of these environment variables alone, by name: no file is read. For programs that embed this one,
    /// such as tests.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn from_variables(variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let variables: HashMap<String, String> = variables.into_iter().collect();
        let variable = |name: &str| variables.get(name).cloned();
        parse::config(Layers::merge(&Flags::default(), variable, &SettingsFile::default()))
    }

    /// Refuses settings that would be ignored: whoever sets them counts on them.
    ///
    /// # Errors
    /// [`ConfigError::NotUsed`] for the first of them.
    pub fn refuse_unused(&self) -> Result<(), ConfigError> {
        let unused = Setting::ALL.into_iter().find(|setting| !setting.is_used() && self.layers.get(*setting).is_some());
        unused.map_or(Ok(()), |setting| Err(ConfigError::NotUsed { setting }))
    }

    /// Keys that this process takes from its data folder although it shares its database with others, which have to
    /// have the very same keys.
    pub fn unshared_keys(&self) -> Vec<Setting> {
        let keys = [(Setting::MasterKey, &self.master_key), (Setting::JwtKeys, &self.jwt_keys)];
        let missing = keys.into_iter().filter(|(_, key)| key.is_none() && self.database_url.is_some());
        missing.map(|(setting, _)| setting).collect()
    }

    /// Origins whose scripts may call the API: those that are set, and that of the public URL.
    pub fn web_origins(&self) -> Vec<String> {
        let own = self.public_url.as_deref().and_then(parse::origin_of);
        self.cors_origins.iter().cloned().chain(own.filter(|own| !self.cors_origins.contains(own))).collect()
    }

    /// The public URL, given the address that the server got (its port may have been chosen by the system).
    pub fn public_url_on(&self, bound: SocketAddr) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{bound}"))
    }

    /// The socket of the operator's commands: only the user who runs the server may open it.
    pub fn socket_path(&self) -> PathBuf {
        self.data_dir.join("hbnb.sock")
    }

    /// Where the embedded database keeps its files.
    pub fn embedded_database_dir(&self) -> PathBuf {
        self.data_dir.join("postgres")
    }

    /// The data folder.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// One line per setting: what is in force and where it comes from, secrets hidden.
    pub fn describe(&self) -> String {
        show::describe(&self.layers)
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.describe())
    }
}
