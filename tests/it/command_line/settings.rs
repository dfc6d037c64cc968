use super::run;

#[tokio::test]
async fn config_tells_what_is_in_force_and_hides_secrets() {
    let variables = [
        ("HBNB_ADDR", "0.0.0.0:80"),
        ("DATABASE_URL", "postgres://ada:s3cret@db/hbnb"),
        ("HBNB_JWT_KEYS", "a:s3crets3crets3crets3crets3crets3cret"),
        ("NATS_URL", ""),
    ];

    let ran = run(&["config", "--rate-limits", "off"], &variables, "").await.ended_with(0);

    assert!(!ran.out.contains("s3cret"), "{}", ran.out);
    let line = |name: &str| ran.out.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    assert!(line("HBNB_ADDR").ends_with("= 0.0.0.0:80  [environment]"), "{}", ran.out);
    assert!(line("HBNB_RATE_LIMITS").ends_with("= off  [flag]"), "{}", ran.out);
    assert!(line("HBNB_DATA_DIR").ends_with("= ./data  [default]"), "{}", ran.out);
    assert!(line("NATS_URL").contains("unset"), "{}", ran.out);
}

#[tokio::test]
async fn a_setting_that_means_nothing_is_named_with_its_mend() {
    let ran = run(&["serve"], &[("HBNB_ADDR", "8080")], "").await.ended_with(1);

    assert!(ran.err.contains("HBNB_ADDR (from environment) must be an IP address and a port"), "{}", ran.err);
}

#[tokio::test]
async fn help_ends_well_and_a_mistake_does_not() {
    for arguments in [&["--help"][..], &["users", "create", "--help"], &["--version"]] {
        run(arguments, &[], "").await.ended_with(0);
    }
    for arguments in [&["launch"][..], &["serve", "--nonsense"], &["users"]] {
        run(arguments, &[], "").await.ended_with(1);
    }
}
