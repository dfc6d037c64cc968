use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use commands::ports::mailer::{Mail, Mailer};
use domain::Email;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::*;
use crate::config::Secret;

fn mail(id: &str) -> Mail {
    Mail {
        id: id.to_owned(),
        to: Email::parse("Ada@Example.org").unwrap(),
        subject: "Votre mot de passe a été modifié",
        text: "Bonjour,\n\nhttps://hbnb.example/reset-password#token=abc\n.\nÀ bientôt\n".to_owned(),
        at: "2026-11-24T12:00:00Z".parse().unwrap(),
    }
}

fn from() -> Mailbox {
    sender("HBNB <no-reply@hbnb.example>").unwrap()
}

#[tokio::test]
async fn a_letter_is_a_file_of_its_owner_s_alone_in_the_form_of_rfc_5322() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data/mailbox");
    let mailbox = MailboxFolder::new(folder.clone(), from());

    mailbox.send(&mail("letters:7")).await.unwrap();

    let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "nothing is left beside it: {files:?}");
    assert!(files[0].extension().is_some_and(|extension| extension == "eml"), "{files:?}");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&files[0]), mode(&folder)), (0o600, 0o700));
    let text = fs::read_to_string(&files[0]).unwrap();
    let (headers, body) = text.split_once("\r\n\r\n").unwrap();
    for header in [
        "From: HBNB <no-reply@hbnb.example>",
        "To: Ada@Example.org",
        "Date: Tue, 24 Nov 2026 12:00:00 +0000",
        "Content-Type: text/plain; charset=utf-8",
        "MIME-Version: 1.0",
    ] {
        assert!(headers.contains(header), "{header} in {headers}");
    }
    assert!(headers.is_ascii() && headers.contains("Subject: "), "{headers}");
    assert!(headers.contains("@hbnb.example>"), "the message has an id of this house: {headers}");
    assert!(body.contains("hbnb.example/reset-password#token=3Dabc"), "{body}");
}

#[tokio::test]
async fn a_letter_that_is_sent_twice_is_one_file() {
    let home = tempfile::tempdir().unwrap();
    let mailbox = MailboxFolder::new(home.path().to_owned(), from());

    for id in ["letters:7", "letters:7", "letters:8"] {
        mailbox.send(&mail(id)).await.unwrap();
    }

    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2);
}

/// A mail server that speaks as much of SMTP as it takes, and tells what it heard. It refuses the receiver with
/// `refusal`, if there is one.
async fn server(refusal: Option<&'static str>) -> (Secret, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Secret::new(format!("smtp://{}", listener.local_addr().unwrap()));
    let (heard, hearing) = mpsc::channel(1_000);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            write.write_all(b"220 mail.example ESMTP\r\n").await.unwrap();
            let mut in_data = false;
            while let Ok(Some(line)) = lines.next_line().await {
                let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                    _ if in_data && line != "." => "",
                    "." => "250 taken\r\n",
                    "EHLO" => "250-mail.example\r\n250 8BITMIME\r\n",
                    "RCPT" => refusal.unwrap_or("250 ok\r\n"),
                    "DATA" => "354 go on\r\n",
                    "QUIT" => "221 bye\r\n",
                    _ => "250 ok\r\n",
                };
                in_data = line == "DATA" || in_data && line != ".";
                heard.send(line).await.unwrap();
                write.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    });
    (url, hearing)
}

#[tokio::test]
async fn a_letter_is_handed_to_the_mail_server() {
    let (url, mut hearing) = server(None).await;
    let mailer: Arc<dyn Mailer> = Arc::new(SmtpMailer::new(&url, from()).unwrap());

    mailer.send(&mail("letters:7")).await.unwrap();

    let mut conversation = Vec::new();
    while let Ok(line) = hearing.try_recv() {
        conversation.push(line);
    }
    let said = |line: &str| conversation.iter().position(|heard| heard.starts_with(line));
    let order = [
        "EHLO hbnb.example",
        "MAIL FROM:<no-reply@hbnb.example>",
        "RCPT TO:<Ada@Example.org>",
        "DATA",
        "Subject: ",
        ".",
    ];
    let positions: Vec<_> = order.iter().map(|line| said(line)).collect();
    assert!(positions.iter().all(Option::is_some) && positions.is_sorted(), "{conversation:#?}");
    assert!(said("..").is_some(), "a line that is a dot does not end the letter: {conversation:#?}");
}

#[tokio::test]
async fn the_settings_choose_between_a_mail_server_and_the_folder() {
    let (url, mut hearing) = server(None).await;
    let home = tempfile::tempdir().unwrap();
    let data = ("HBNB_DATA_DIR".to_owned(), home.path().to_str().unwrap().to_owned());
    let by_smtp = [
        data.clone(),
        ("HBNB_SMTP_URL".to_owned(), url.expose().to_owned()),
        ("HBNB_MAIL_FROM".to_owned(), "Our house <letters@our.example>".to_owned()),
    ];

    mailer(&Config::from_variables(by_smtp).unwrap()).unwrap().send(&mail("letters:7")).await.unwrap();
    assert!(!home.path().join(FOLDER).exists());
    assert_eq!(hearing.recv().await.as_deref(), Some("EHLO our.example"));

    mailer(&Config::from_variables([data]).unwrap()).unwrap().send(&mail("letters:7")).await.unwrap();
    assert_eq!(fs::read_dir(home.path().join(FOLDER)).unwrap().count(), 1);
}

#[tokio::test]
async fn what_the_mail_server_says_of_an_address_is_not_repeated() {
    let (url, _hearing) = server(Some("550 5.1.1 <Ada@Example.org>: no such mailbox\r\n")).await;

    let error = SmtpMailer::new(&url, from()).unwrap().send(&mail("letters:7")).await.unwrap_err();

    let mut told = Vec::new();
    let mut next: Option<&dyn std::error::Error> = Some(&error);
    while let Some(cause) = next {
        told.push(format!("{cause} {cause:?}"));
        next = cause.source();
    }
    let told = told.join(" ");
    assert!(told.contains("refused with 550"), "{told}");
    assert!(!told.to_lowercase().contains("ada@example.org"), "{told}");
}

#[tokio::test]
async fn nothing_is_said_in_the_clear_to_a_server_that_has_no_tls_where_it_is_required() {
    let (url, mut hearing) = server(None).await;
    let url = Secret::new(format!("{}?tls=required", url.expose()));

    SmtpMailer::new(&url, from()).unwrap().send(&mail("letters:7")).await.unwrap_err();

    let mut conversation = Vec::new();
    while let Ok(line) = hearing.try_recv() {
        conversation.push(line);
    }
    let is_harmless = |line: &String| ["EHLO", "STARTTLS", "QUIT"].iter().any(|word| line.starts_with(word));
    assert!(conversation.iter().all(is_harmless), "{conversation:#?}");
}

#[tokio::test]
async fn a_server_that_is_away_is_an_error() {
    let url = Secret::new("smtp://127.0.0.1:1");

    let error = SmtpMailer::new(&url, from()).unwrap().send(&mail("letters:7")).await.unwrap_err();

    assert!(error.to_string().contains("cannot be reached"), "{error}");
}

#[test]
fn a_url_that_is_none_of_a_mail_server_is_refused() {
    for url in ["http://mail.example", "mail.example", "smtp://"] {
        assert!(SmtpMailer::new(&Secret::new(url), from()).is_err(), "{url}");
    }
}
