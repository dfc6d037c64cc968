use std::os::unix::fs::PermissionsExt as _;

use axum::extract::Extension;
use axum::http::{Method, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::serve;

/// Repeats what it hears, and whether the operator said it.
fn echo() -> Router {
    let handler = async |operator: Option<Extension<api::LocalOperator>>, Json(body): Json<Value>| {
        (StatusCode::CREATED, Json(json!({ "operator": operator.is_some(), "body": body })))
    };
    Router::new().route("/echo", post(handler))
}

#[tokio::test]
async fn a_call_is_the_same_within_the_process_and_through_the_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbnb.sock");
    let router = echo().layer(Extension(api::LocalOperator));
    let (_file, listener) = SocketFile::listen(&path).await.unwrap();
    let stop = CancellationToken::new();
    let server = tokio::spawn(serve::connections(listener, router.clone(), serve::Limits::default(), stop.clone()));
    let on_socket = LocalApi::on_socket(&path).await.unwrap();
    let body = json!({ "text": "ünïcode" });

    for api in [on_socket, LocalApi::InProcess(router)] {
        let (status, answer) = api.call(Method::POST, "/echo", Some(&body)).await.unwrap();
        assert_eq!(status, StatusCode::CREATED);
        assert_eq!(answer, json!({ "operator": true, "body": body }));
        let (status, answer) = api.call(Method::GET, "/nowhere", None).await.unwrap();
        assert_eq!((status, answer), (StatusCode::NOT_FOUND, Value::Null));
    }

    stop.cancel();
    server.await.unwrap();
    assert!(LocalApi::on_socket(&path).await.is_none(), "nobody listens any more");
}

#[tokio::test]
async fn only_the_owner_may_open_the_socket_and_it_goes_with_its_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data/hbnb.sock");

    let (file, _listener) = SocketFile::listen(&path).await.unwrap();

    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    drop(file);
    assert!(!path.exists());
}

#[tokio::test]
async fn a_stale_socket_is_replaced_a_live_one_and_other_files_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hbnb.sock");
    // A listener that is dropped leaves its file, as a killed process does.
    drop(tokio::net::UnixListener::bind(&path).unwrap());
    assert!(path.exists());

    let (file, listener) = SocketFile::listen(&path).await.unwrap();
    assert!(matches!(SocketFile::listen(&path).await, Err(SocketError::InUse { .. })));
    assert!(path.exists(), "the live one stays");

    drop((file, listener));
    std::fs::write(&path, "precious").unwrap();
    assert!(matches!(SocketFile::listen(&path).await, Err(SocketError::InTheWay { .. })));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
}
