use std::collections::HashMap;
use std::path::PathBuf;

use super::*;

fn environment<const N: usize>(variables: [(&'static str, &'static str); N]) -> impl Fn(&str) -> Option<String> {
    let variables = HashMap::from(variables);
    move |name| variables.get(name).map(|value| (*value).to_owned())
}

/// A folder with a `hbnb.toml`, and the flag that names it.
fn file(text: &str) -> (tempfile::TempDir, Flags) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbnb.toml");
    std::fs::write(&path, text).unwrap();
    (folder, Flags { config: Some(path), ..Flags::default() })
}

fn error_of(flags: &Flags, variables: impl Fn(&str) -> Option<String>) -> String {
    Config::load_from(flags, variables).unwrap_err().to_string()
}

#[test]
fn with_nothing_said_the_defaults_hold() {
    let config = Config::load_from(&Flags::default(), environment([])).unwrap();

    assert_eq!(config.addr.to_string(), "127.0.0.1:8080");
    assert_eq!(config.data_dir, PathBuf::from("./data"));
    assert!(config.database_url.is_none());
    assert!(config.rate_limits);
    assert!(config.admin.is_none());
}

#[test]
fn flags_come_before_the_environment_and_the_environment_before_the_file() {
    let (_folder, flags) = file("addr = '1.1.1.1:1'\ndata_dir = '/file'\nrate_limits = false\n");
    let flags = Flags { addr: Some("3.3.3.3:3".to_owned()), ..flags };
    let variables = environment([("HBNB_ADDR", "2.2.2.2:2"), ("HBNB_DATA_DIR", "/variable")]);

    let config = Config::load_from(&flags, variables).unwrap();

    assert_eq!(config.addr.to_string(), "3.3.3.3:3");
    assert_eq!(config.data_dir, PathBuf::from("/variable"));
    assert!(!config.rate_limits);
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let variables = environment([("DATABASE_URL", ""), ("HBNB_ADDR", " ")]);

    let config = Config::load_from(&Flags::default(), variables).unwrap();

    assert!(config.database_url.is_none());
    assert_eq!(config.addr.port(), 8080);
}

#[test]
fn an_unknown_key_in_the_file_is_an_error_that_lists_the_known_ones() {
    let (_folder, flags) = file("adress = '1.1.1.1:1'\n");

    let message = error_of(&flags, environment([]));

    assert!(message.contains("unknown key `adress`") && message.contains("addr, data_dir"), "{message}");
}

#[test]
fn a_file_that_was_named_must_exist() {
    let flags = Flags { config: Some("/nowhere/hbnb.toml".into()), ..Flags::default() };

    assert!(error_of(&flags, environment([])).contains("/nowhere/hbnb.toml cannot be read"));
}

#[test]
fn errors_name_the_setting_its_source_and_the_mend_but_no_secret() {
    for (name, value, expected) in [
        ("HBNB_ADDR", "8080", "HBNB_ADDR (from environment) must be an IP address and a port"),
        ("DATABASE_URL", "mysql://u:s3cret@h/d", "DATABASE_URL (from environment) must be a URL that begins with"),
        ("HBNB_RATE_LIMITS", "no", "HBNB_RATE_LIMITS (from environment) must be on or off"),
        ("HBNB_CORS_ORIGINS", "*", "has `*`, which is not an origin"),
        ("HBNB_TRUSTED_PROXIES", "10.0.0.0/99", "has `10.0.0.0/99`, which is neither"),
        ("HBNB_PUBLIC_URL", "hbnb.example", "HBNB_PUBLIC_URL (from environment) must be a URL"),
        ("HBNB_MASTER_KEY", "c2hvcnQ=", "HBNB_MASTER_KEY (from environment) must be 32 bytes in base64"),
        ("HBNB_JWT_KEYS", "a:s3cret", "HBNB_JWT_KEYS (from environment) must have secrets of at least 32"),
        ("HBNB_ADMIN_EMAIL", "ada", "HBNB_ADMIN_EMAIL (from environment) must be an e-mail address"),
        ("HBNB_ADMIN_EMAIL", "ada@example.org", "HBNB_ADMIN_EMAIL is set but HBNB_ADMIN_PASSWORD is not"),
        ("HBNB_ADMIN_PASSWORD", "s3cret", "HBNB_ADMIN_PASSWORD (from environment) must have at least 10"),
        ("HBNB_SMTP_URL", "imap://s3cret@mail", "HBNB_SMTP_URL (from environment) must be smtps://"),
        ("HBNB_SMTP_URL", "smtp://u:s3cret@mail", "HBNB_SMTP_URL is set, so set HBNB_MAIL_FROM too"),
        ("MEILI_URL", "ftp://u:s3cret@meili", "MEILI_URL (from environment) must be a URL that begins with"),
        ("MEILI_URL", "http://u:s3cret@meili", "MEILI_URL (from environment) must be a URL such as"),
        ("MEILI_URL", "http://meili/?key=s3cret", "MEILI_URL (from environment) must be a URL such as"),
        ("MEILI_KEY", "s3cret s3cret", "MEILI_KEY (from environment) must have no spaces"),
        ("MEILI_KEY", "s3cret", "MEILI_KEY is set, but does nothing without MEILI_URL"),
        ("HBNB_MAIL_FROM", "nobody", "HBNB_MAIL_FROM (from environment) must be an address such as"),
    ] {
        let message = error_of(&Flags::default(), environment([(name, value)]));
        assert!(message.contains(expected), "{name}: {message}");
        assert!(!message.contains("s3cret"), "{message}");
    }
}

#[test]
fn lists_may_be_written_with_commas_or_as_a_list_in_the_file() {
    let (_folder, flags) = file("cors_origins = ['https://a.example', 'http://localhost:3000']\n");
    let variables = environment([("HBNB_TRUSTED_PROXIES", "10.0.0.0/8, ::1")]);

    let config = Config::load_from(&flags, variables).unwrap();

    assert_eq!(config.cors_origins, ["https://a.example", "http://localhost:3000"]);
    assert_eq!(config.trusted_proxies.len(), 2);
}

#[test]
fn the_description_tells_sources_and_hides_secrets() {
    let variables = environment([
        ("DATABASE_URL", "postgres://ada:s3cret@db/hbnb"),
        ("HBNB_ADMIN_EMAIL", "ada@example.org"),
        ("HBNB_ADMIN_PASSWORD", "s3cret-s3cret"),
        ("HBNB_SMTP_URL", "smtps://ada:s3cret@mail.example"),
        ("HBNB_MAIL_FROM", "HBNB <no-reply@hbnb.example>"),
    ]);

    let description = Config::load_from(&Flags::default(), variables).unwrap().describe();

    assert!(!description.contains("s3cret"), "{description}");
    assert!(description.contains("postgres://ada:(hidden)@db/hbnb  [environment]"), "{description}");
    assert!(description.contains("127.0.0.1:8080  [default]"), "{description}");
    assert!(description.contains("smtps://ada:(hidden)@mail.example  [environment]"), "{description}");
    assert_eq!(description.lines().count(), Setting::ALL.len());
}

#[test]
fn settings_that_this_version_cannot_use_are_shown_as_such_and_refused_where_they_would_count() {
    for (name, value) in [("NATS_URL", "nats://127.0.0.1:4222"), ("REDIS_URL", "redis://127.0.0.1")] {
        let config = Config::load_from(&Flags::default(), environment([(name, value)])).unwrap();

        let refused = config.refuse_unused().unwrap_err().to_string();
        assert_eq!(refused, format!("{name} is set, but this version cannot use it: unset it"));
        assert_eq!(config.describe().matches("not used by this version").count(), 2, "{}", config.describe());
        assert!(config.describe().contains("[environment; not used by this version]"), "{}", config.describe());
    }
    let config = Config::load_from(&Flags::default(), environment([("NATS_URL", "")])).unwrap();
    config.refuse_unused().unwrap();
}

#[test]
fn the_public_url_is_an_origin_whose_scripts_may_call_the_api() {
    for (url, origins) in [
        ("https://Hbnb.Example/base/", &["https://a.example", "https://hbnb.example"][..]),
        ("https://hbnb.example:443", &["https://a.example", "https://hbnb.example"]),
        ("http://hbnb.example:8080", &["https://a.example", "http://hbnb.example:8080"]),
        ("https://a.example", &["https://a.example"]),
    ] {
        let variables = environment([("HBNB_PUBLIC_URL", url), ("HBNB_CORS_ORIGINS", "https://a.example")]);
        assert_eq!(Config::load_from(&Flags::default(), variables).unwrap().web_origins(), origins, "{url}");
    }
}

#[test]
fn keys_from_the_data_folder_are_told_where_processes_share_a_database() {
    let key = "a:oooooooooooooooooooooooooooooooo";
    let unshared = |variables| Config::load_from(&Flags::default(), variables).unwrap().unshared_keys();

    let shared = ("DATABASE_URL", "postgres://db/hbnb");
    assert_eq!(unshared(environment([shared, ("", "")])), [Setting::MasterKey, Setting::JwtKeys]);
    assert_eq!(unshared(environment([shared, ("HBNB_JWT_KEYS", key)])), [Setting::MasterKey]);
    assert_eq!(unshared(environment([("", ""), ("", "")])), []);
}
