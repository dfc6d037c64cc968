//! Settings on the command line.

use std::path::PathBuf;

use super::setting::Setting;

/// Flags that every subcommand takes. Keys and passwords have none: a command line can be read by every user of the
/// machine.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Settings (flags, then environment, then hbnb.toml)")]
pub struct Flags {
    /// The file with settings [default: hbnb.toml, where there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where to serve HTTP [HBNB_ADDR] [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    pub addr: Option<String>,
    /// Where keys, the embedded database and the operator's socket live [HBNB_DATA_DIR] [default: ./data]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data_dir: Option<String>,
    /// A PostgreSQL server instead of the embedded one [DATABASE_URL]
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// How clients reach this house [HBNB_PUBLIC_URL]
    #[arg(long, global = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// Web origins whose scripts may call the API, with commas [HBNB_CORS_ORIGINS]
    #[arg(long, global = true, value_name = "ORIGINS")]
    pub cors_origins: Option<String>,
    /// Proxies whose word on a client's address is taken: addresses or networks, with commas [HBNB_TRUSTED_PROXIES]
    #[arg(long, global = true, value_name = "NETWORKS")]
    pub trusted_proxies: Option<String>,
    /// Whether clients are limited: on or off [HBNB_RATE_LIMITS] [default: on]
    #[arg(long, global = true, value_name = "on|off")]
    pub rate_limits: Option<String>,
}

impl Flags {
    /// What the command line says of a setting.
    pub(super) fn get(&self, setting: Setting) -> Option<&str> {
        match setting {
            Setting::Addr => self.addr.as_deref(),
            Setting::DataDir => self.data_dir.as_deref(),
            Setting::DatabaseUrl => self.database_url.as_deref(),
            Setting::PublicUrl => self.public_url.as_deref(),
            Setting::CorsOrigins => self.cors_origins.as_deref(),
            Setting::TrustedProxies => self.trusted_proxies.as_deref(),
            Setting::RateLimits => self.rate_limits.as_deref(),
            Setting::NatsUrl
            | Setting::MeiliUrl
            | Setting::MeiliKey
            | Setting::RedisUrl
            | Setting::MasterKey
            | Setting::JwtKeys
            | Setting::AdminEmail
            | Setting::AdminPassword
            | Setting::SmtpUrl
            | Setting::MailFrom => None,
        }
    }
}
