use super::run;

#[tokio::test]
async fn config_tells_what_is_in_force_and_hides_secrets() {
    let variables = [
        ("HBNB_ADDR", "0.0.0.0:80"),
        ("DATABASE_URL", "postgres://ada:s3cret@db/hbnb"),
        ("HBNB_JWT_KEYS", "a:s3crets3crets3crets3crets3crets3cret"),
        ("NATS_URL", ""),
    ];

    let ran = run(&["config", "--rate-limits", "off"], &variables, "").await.expect(0);

    assert!(!ran.output.contains("s3cret"), "{}", ran.output);
    let line = |name: &str| ran.output.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    assert!(line("HBNB_ADDR").ends_with("= 0.0.0.0:80  [environment]"), "{}", ran.output);
    assert!(line("HBNB_RATE_LIMITS").ends_with("= off  [flag]"), "{}", ran.output);
    assert!(line("HBNB_DATA_DIR").ends_with("= ./data  [default]"), "{}", ran.output);
    assert!(line("NATS_URL").contains("unset"), "{}", ran.output);
}

#[tokio::test]
async fn a_setting_that_means_nothing_is_named_with_its_mend() {
    let ran = run(&["serve"], &[("HBNB_ADDR", "8080")], "").await.expect(1);

    assert!(ran.errors.contains("HBNB_ADDR (from environment) must be an IP address and a port"), "{}", ran.errors);
}

#[tokio::test]
async fn a_setting_that_would_be_ignored_is_refused() {
    for (name, value, said) in [
        ("REDIS_URL", "redis://127.0.0.1", "REDIS_URL is set, but this version cannot use it: unset it"),
        ("HBNB_RATE_LIMIT", "off", "there is no setting `HBNB_RATE_LIMIT`"),
    ] {
        let ran = run(&["serve"], &[(name, value)], "").await.expect(1);
        assert!(ran.errors.contains(said), "{}", ran.errors);
    }
}

#[tokio::test]
async fn help_ends_well_and_a_mistake_does_not() {
    for arguments in [&["--help"][..], &["users", "create", "--help"], &["--version"]] {
        run(arguments, &[], "").await.expect(0);
    }
    for arguments in [&["launch"][..], &["serve", "--nonsense"], &["users"]] {
        run(arguments, &[], "").await.expect(1);
    }
}
