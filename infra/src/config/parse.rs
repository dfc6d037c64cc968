//! From texts to values, each checked once, here.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use axum::http::Uri;
use commands::ports::password::Password;
use domain::Email;
use ipnet::IpNet;
use lettre::message::Mailbox;
use sqlx::postgres::PgConnectOptions;

use super::layers::{Layers, Source};
use super::secret::Secret;
use super::setting::Setting;
use super::{AdminAccount, Config, ConfigError};
use crate::mail::SmtpMailer;

/// Everything, or the first thing that is wrong.
pub(super) fn config(layers: Layers) -> Result<Config, ConfigError> {
    let reader = Reader(&layers);
    Ok(Config {
        addr: reader.required(Setting::Addr, address)?,
        data_dir: reader.required(Setting::DataDir, |text| Ok(PathBuf::from(text)))?,
        database_url: reader.optional(Setting::DatabaseUrl, database_url)?,
        nats_url: reader.optional(Setting::NatsUrl, |text| url(text, &["nats", "tls", "ws", "wss"]))?,
        meili_url: reader.optional(Setting::MeiliUrl, meili_url)?,
        meili_key: meili_key(&reader)?,
        redis_url: reader.optional(Setting::RedisUrl, |text| url(text, &["redis", "rediss"]))?,
        public_url: reader.optional(Setting::PublicUrl, public_url)?,
        cors_origins: reader.optional(Setting::CorsOrigins, |text| list(text, origin))?.unwrap_or_default(),
        trusted_proxies: reader.optional(Setting::TrustedProxies, |text| list(text, network))?.unwrap_or_default(),
        master_key: reader.optional(Setting::MasterKey, master_key)?,
        jwt_keys: reader.optional(Setting::JwtKeys, jwt_keys)?,
        admin: admin(&reader)?,
        smtp_url: smtp_url(&reader)?,
        mail_from: reader.required(Setting::MailFrom, mail_from)?,
        rate_limits: reader.required(Setting::RateLimits, switch)?,
        layers,
    })
}

/// What is wrong with a text, and what would be right; never the text itself, which may be a secret.
type Problem = String;

struct Reader<'a>(&'a Layers);

impl Reader<'_> {
    fn optional<T>(
        &self,
        setting: Setting,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Result<Option<T>, ConfigError> {
        let Some((text, source)) = self.0.get(setting) else { return Ok(None) };
        let value = parse(text);
        value.map(Some).map_err(|problem| ConfigError::Invalid { setting, source_name: source.clone(), problem })
    }

    /// For settings with a default: the text is there, and if it were not, it would not parse.
    fn required<T>(&self, setting: Setting, parse: impl FnOnce(&str) -> Result<T, Problem>) -> Result<T, ConfigError> {
        let missing = || ("".to_owned(), super::Source::Default);
        let (text, source) = self.0.get(setting).cloned().unwrap_or_else(missing);
        parse(&text).map_err(|problem| ConfigError::Invalid { setting, source_name: source, problem })
    }
}

fn address(text: &str) -> Result<SocketAddr, Problem> {
    text.parse().map_err(|_| "must be an IP address and a port, such as 127.0.0.1:8080 or [::]:8080".to_owned())
}

fn database_url(text: &str) -> Result<Secret, Problem> {
    let url = url(text, &["postgres", "postgresql"])?;
    PgConnectOptions::from_str(text)
        .map(|_| url)
        .map_err(|_| "must be a PostgreSQL URL, such as postgres://user:password@host:5432/database".to_owned())
}

fn url(text: &str, schemes: &[&str]) -> Result<Secret, Problem> {
    match text.split_once("://") {
        Some((scheme, rest)) if schemes.contains(&scheme) && !rest.is_empty() => Ok(Secret::new(text)),
        Some(_) | None => Err(format!("must be a URL that begins with {}", schemes.join(":// or ") + "://")),
    }
}

/// The key has a setting of its own: one in the address would come up in errors.
fn meili_url(text: &str) -> Result<Secret, Problem> {
    let problem = || "must be a URL such as http://127.0.0.1:7700, without user, query and fragment".to_owned();
    let uri: Uri = url(text, &["http", "https"])?.expose().parse().map_err(|_| problem())?;
    let has_user = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
    if has_user || uri.query().is_some() { Err(problem()) } else { Ok(Secret::new(text)) }
}

fn meili_key(reader: &Reader<'_>) -> Result<Option<Secret>, ConfigError> {
    let key = reader.optional(Setting::MeiliKey, |text| match text.chars().all(|c| c.is_ascii_graphic()) {
        true => Ok(Secret::new(text)),
        false => Err("must have no spaces and no letters beyond ASCII".to_owned()),
    })?;
    if key.is_some() && reader.0.get(Setting::MeiliUrl).is_none() {
        return Err(ConfigError::Useless { given: Setting::MeiliKey, missing: Setting::MeiliUrl });
    }
    Ok(key)
}

fn public_url(text: &str) -> Result<String, Problem> {
    let problem = || "must be a URL such as https://hbnb.example, without query or fragment".to_owned();
    let uri: Uri = text.parse().map_err(|_| problem())?;
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    if is_web && uri.host().is_some() && uri.query().is_none() {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err(problem())
    }
}

/// The origin of a URL, as browsers write it: in lower case, without the port that its scheme has anyway.
pub(super) fn origin_of(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let (scheme, host) = (uri.scheme_str()?.to_ascii_lowercase(), uri.host()?.to_ascii_lowercase());
    let usual = if scheme == "https" { 443 } else { 80 };
    Some(match uri.port_u16().filter(|port| *port != usual) {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

fn origin(text: &str) -> Result<String, Problem> {
    let problem = || format!("has `{text}`, which is not an origin such as https://app.example (no path, no `*`)");
    let uri: Uri = text.parse().map_err(|_| problem())?;
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    let has_path = text.matches('/').count() > 2;
    if is_web && !has_path && uri.host().is_some_and(|host| !host.contains('*')) && uri.query().is_none() {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(problem())
    }
}

fn network(text: &str) -> Result<IpNet, Problem> {
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse::<IpNet>()
        .or_else(|_| address())
        .map_err(|_| format!("has `{text}`, which is neither an address nor a network such as 10.0.0.0/8"))
}

fn list<T>(text: &str, parse: impl Fn(&str) -> Result<T, Problem>) -> Result<Vec<T>, Problem> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(parse).collect()
}

fn switch(text: &str) -> Result<bool, Problem> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("must be on or off".to_owned()),
    }
}

fn master_key(text: &str) -> Result<Secret, Problem> {
    crate::keys::master_secret(text).map(|_| Secret::new(text)).map_err(|error| error.to_string())
}

fn jwt_keys(text: &str) -> Result<Secret, Problem> {
    crate::keys::JwtKeys::parse(text).map(|_| Secret::new(text)).map_err(|error| error.to_string())
}

/// Mail that leaves the house has a sender who can be answered, or at least blamed.
fn smtp_url(reader: &Reader<'_>) -> Result<Option<Secret>, ConfigError> {
    let url = reader.optional(Setting::SmtpUrl, |text| {
        let (url, nobody) = (Secret::new(text), mail_from("nobody@localhost")?);
        SmtpMailer::new(&url, nobody).map(|_| url).map_err(|error| error.to_string())
    })?;
    let is_default = |(_, source): &(String, Source)| *source == Source::Default;
    match url {
        Some(_) if reader.0.get(Setting::MailFrom).is_none_or(is_default) => {
            Err(ConfigError::NeedsOther { given: Setting::SmtpUrl, missing: Setting::MailFrom })
        }
        url => Ok(url),
    }
}

fn mail_from(text: &str) -> Result<Mailbox, Problem> {
    crate::mail::sender(text).map_err(|_| "must be an address such as HBNB <no-reply@hbnb.example>".to_owned())
}

fn admin(reader: &Reader<'_>) -> Result<Option<AdminAccount>, ConfigError> {
    let email = reader.optional(Setting::AdminEmail, |text| Email::parse(text).map_err(mend))?;
    let password = reader.optional(Setting::AdminPassword, |text| {
        Password::choose(text).map(|password| Secret::new(password.expose())).map_err(mend)
    })?;
    match (email, password) {
        (Some(email), Some(password)) => Ok(Some(AdminAccount { email, password })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(ConfigError::Incomplete { given: Setting::AdminEmail, missing: Setting::AdminPassword }),
        (None, Some(_)) => Err(ConfigError::Incomplete { given: Setting::AdminPassword, missing: Setting::AdminEmail }),
    }
}

/// The domain's sentences begin with "Must"; here they follow the setting's name.
fn mend(invalid: domain::Invalid) -> Problem {
    let mut sentence = invalid.message;
    if let Some(first) = sentence.get_mut(0..1) {
        first.make_ascii_lowercase();
    }
    sentence
}
