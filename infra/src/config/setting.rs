//! The settings there are: their names in each source, their defaults, and how openly they may be shown.

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Setting {
    /// Where HTTP is served: address and port.
    Addr,
    /// Where keys, the embedded database and the operator's socket live.
    DataDir,
    /// A PostgreSQL server instead of the embedded one.
    DatabaseUrl,
    /// NATS JetStream for outgoing events.
    NatsUrl,
    /// Meilisearch, which answers searches instead of PostgreSQL whenever it can.
    MeiliUrl,
    /// Meilisearch's API key.
    MeiliKey,
    /// Redis, for counters shared between replicas.
    RedisUrl,
    /// How clients reach this house, for links.
    PublicUrl,
    /// Web origins whose scripts may call the API.
    CorsOrigins,
    /// Proxies whose word on a client's address is taken.
    TrustedProxies,
    /// Wraps the keys of persons.
    MasterKey,
    /// Sign access tokens.
    JwtKeys,
    /// An administrator made at start.
    AdminEmail,
    /// Its password.
    AdminPassword,
    /// The mail server that mail is handed to.
    SmtpUrl,
    /// Whom mail comes from.
    MailFrom,
    /// Whether clients are limited, and what hashing their passwords takes of the machine.
    RateLimits,
}

/// What is said of settings that are reserved for later versions.
pub(super) const NOT_USED: &str = "not used by this version";

/// How much of a value may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Openness {
    /// All of it.
    Open,
    /// A URL that may hold a password.
    Url,
    /// Nothing.
    Secret,
}

impl Setting {
    /// Every setting, in the order in which they are shown.
    pub const ALL: [Self; 17] = [
        Self::Addr,
        Self::DataDir,
        Self::DatabaseUrl,
        Self::NatsUrl,
        Self::MeiliUrl,
        Self::MeiliKey,
        Self::RedisUrl,
        Self::PublicUrl,
        Self::CorsOrigins,
        Self::TrustedProxies,
        Self::MasterKey,
        Self::JwtKeys,
        Self::AdminEmail,
        Self::AdminPassword,
        Self::SmtpUrl,
        Self::MailFrom,
        Self::RateLimits,
    ];

    /// The environment variable.
    pub fn variable(self) -> &'static str {
        match self {
            Self::Addr => "HBNB_ADDR",
            Self::DataDir => "HBNB_DATA_DIR",
            Self::DatabaseUrl => "DATABASE_URL",
            Self::NatsUrl => "NATS_URL",
            Self::MeiliUrl => "MEILI_URL",
            Self::MeiliKey => "MEILI_KEY",
            Self::RedisUrl => "REDIS_URL",
            Self::PublicUrl => "HBNB_PUBLIC_URL",
            Self::CorsOrigins => "HBNB_CORS_ORIGINS",
            Self::TrustedProxies => "HBNB_TRUSTED_PROXIES",
            Self::MasterKey => "HBNB_MASTER_KEY",
            Self::JwtKeys => "HBNB_JWT_KEYS",
            Self::AdminEmail => "HBNB_ADMIN_EMAIL",
            Self::AdminPassword => "HBNB_ADMIN_PASSWORD",
            Self::SmtpUrl => "HBNB_SMTP_URL",
            Self::MailFrom => "HBNB_MAIL_FROM",
            Self::RateLimits => "HBNB_RATE_LIMITS",
        }
    }

    /// The key in `hbnb.toml`: the variable's name in lower case, without `HBNB_`.
    pub fn file_key(self) -> String {
        self.variable().trim_start_matches("HBNB_").to_ascii_lowercase()
    }

    /// What holds where nothing is said.
    pub(super) fn default(self) -> Option<&'static str> {
        match self {
            Self::Addr => Some("127.0.0.1:8080"),
            Self::DataDir => Some("./data"),
            Self::RateLimits => Some("on"),
            Self::MailFrom => Some("HBNB <no-reply@localhost>"),
            Self::DatabaseUrl
            | Self::NatsUrl
            | Self::MeiliUrl
            | Self::MeiliKey
            | Self::RedisUrl
            | Self::PublicUrl
            | Self::CorsOrigins
            | Self::TrustedProxies
            | Self::MasterKey
            | Self::JwtKeys
            | Self::AdminEmail
            | Self::AdminPassword
            | Self::SmtpUrl => None,
        }
    }

    /// What it means that a setting without a default is not given.
    pub(super) fn when_unset(self) -> &'static str {
        match self {
            Self::DatabaseUrl => "embedded PostgreSQL in the data folder",
            Self::MeiliUrl => "searches run on PostgreSQL",
            Self::MeiliKey => "no key is shown to Meilisearch",
            Self::NatsUrl | Self::RedisUrl => NOT_USED,
            Self::PublicUrl => "the address served on",
            Self::CorsOrigins => "no foreign origin",
            Self::TrustedProxies => "no proxy",
            Self::MasterKey | Self::JwtKeys => "made at first start in the data folder",
            Self::AdminEmail | Self::AdminPassword => "no administrator made at start",
            Self::SmtpUrl => "mail is kept in the folder `mailbox` of the data folder",
            Self::Addr | Self::DataDir | Self::MailFrom | Self::RateLimits => "",
        }
    }

    /// Whether this version does anything with it. The others are reserved: serving with one of them set is refused,
    /// since who sets it counts on it.
    pub(super) fn is_used(self) -> bool {
        !matches!(self, Self::NatsUrl | Self::RedisUrl)
    }

    pub(super) fn openness(self) -> Openness {
        match self {
            Self::DatabaseUrl | Self::NatsUrl | Self::MeiliUrl | Self::RedisUrl | Self::SmtpUrl => Openness::Url,
            Self::MeiliKey | Self::MasterKey | Self::JwtKeys | Self::AdminPassword => Openness::Secret,
            Self::Addr
            | Self::DataDir
            | Self::PublicUrl
            | Self::CorsOrigins
            | Self::TrustedProxies
            | Self::AdminEmail
            | Self::MailFrom
            | Self::RateLimits => Openness::Open,
        }
    }
}
