//! Through a real socket: how connections begin, stay and end.

use crate::support::{gateway, serving, talk};
use gateway::limits::{BODY_BYTES_MAX, DRAIN_WITHIN, OPEN_REQUESTS_MAX};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ORDER: &str = r#"{"name":"Jung"}"#;

fn post(body: &str, more: &str) -> String {
    let length = body.len();
    format!("POST /orders HTTP/1.1\r\nHost: localhost:8081\r\nContent-Length: {length}\r\n{more}\r\n{body}")
}

/// One answer off the wire, by its length; the connection stays.
async fn answer(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    loop {
        let mut piece = [0; 4096];
        let bytes = stream.read(&mut piece).await.expect("the connection stays");
        assert!(bytes > 0, "closed after {text:?}");
        text.push_str(std::str::from_utf8(&piece[..bytes]).expect("ASCII"));
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().expect("a length")) {
            return text;
        }
    }
}

#[tokio::test]
async fn a_connection_serves_many_requests_and_survives_a_panic() {
    let serving = serving(&gateway()).await;
    let mut stream = serving.connect().await;
    for _ in 0..3 {
        stream.write_all(post(ORDER, "").as_bytes()).await.unwrap();
        let text = answer(&mut stream).await;
        assert!(text.starts_with("HTTP/1.1 201 Created\r\n"), "{text}");
        assert!(text.contains("location: http://localhost:8081/orders/7\r\n"), "{text}");
        stream.write_all(post(r#"{"name":"panic"}"#, "").as_bytes()).await.unwrap();
        assert!(answer(&mut stream).await.starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
    }
}

#[tokio::test]
async fn a_body_that_is_announced_too_large_is_refused_before_it_is_sent() {
    let serving = serving(&gateway()).await;
    let mut stream = serving.connect().await;
    let head = "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let text = answer(&mut stream).await;
    assert!(text.starts_with("HTTP/1.1 413 Payload Too Large\r\n"), "{text}");
    assert!(text.contains("connection: close\r\n") && text.contains("body-too-large"), "{text}");
}

#[tokio::test]
async fn a_client_that_sends_too_much_without_asking_still_reads_the_answer() {
    let serving = serving(&gateway()).await;
    let mut stream = serving.connect().await;
    let large = "x".repeat(800_000);
    let text = talk(&mut stream, post(&large, "").as_bytes()).await;
    assert!(text.starts_with("HTTP/1.1 413 "), "{text}");
}

#[tokio::test]
async fn a_body_of_unknown_length_is_refused_as_soon_as_it_is_too_large() {
    let serving = serving(&gateway()).await;
    let mut stream = serving.connect().await;
    let head = "POST /orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let piece = format!("4000\r\n{}\r\n", "x".repeat(0x4000));
    for _ in 0..=BODY_BYTES_MAX / 0x4000 {
        stream.write_all(piece.as_bytes()).await.unwrap();
    }
    let text = answer(&mut stream).await;
    assert!(text.starts_with("HTTP/1.1 413 "), "{text}");
}

#[tokio::test]
async fn a_chunked_body_is_read() {
    let serving = serving(&gateway()).await;
    let mut stream = serving.connect().await;
    let head = "POST /orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunks: String = ORDER.chars().map(|one| format!("1\r\n{one}\r\n")).collect();
    stream.write_all(format!("{head}{chunks}0\r\n\r\n").as_bytes()).await.unwrap();
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 201 "));
}

#[tokio::test]
async fn a_refused_request_leaves_the_connection_usable() {
    let serving = serving(&gateway()).await;
    let mut stream = serving.connect().await;
    for _ in 0..2 {
        let body = "x".repeat(50_000);
        stream.write_all(post(&body, "Content-Type: text/plain\r\n").as_bytes()).await.unwrap();
        assert!(answer(&mut stream).await.starts_with("HTTP/1.1 415 "));
    }
    stream.write_all(post(ORDER, "").as_bytes()).await.unwrap();
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 201 "));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_comes_too_slowly_is_given_up() {
    let serving = serving(&gateway()).await;
    let mut stream = serving.connect().await;
    let head = "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{";
    let text = talk(&mut stream, head.as_bytes()).await;
    assert!(text.starts_with("HTTP/1.1 408 ") && text.contains("body-too-slow"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_head_that_comes_too_slowly_ends_the_connection() {
    let serving = serving(&gateway()).await;
    let mut stream = serving.connect().await;
    let text = talk(&mut stream, b"GET /orders HTTP/1.1\r\nHost: a\r\nX-Slow: ").await;
    assert!(!text.contains("200 OK"), "{text}");
    let mut idle = serving.connect().await;
    assert_eq!(talk(&mut idle, b"").await, "", "a connection that nobody uses ends too");
}

#[tokio::test]
async fn a_stop_lets_open_requests_end_and_takes_no_new_ones() {
    let door = gateway();
    door.front.falls_silent();
    let serving = serving(&door).await;
    let address = serving.address;
    let mut busy = serving.connect().await;
    let mut idle = serving.connect().await;
    busy.write_all(post(ORDER, "").as_bytes()).await.unwrap();
    while door.front.held() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let done = serving.stop();
    assert_eq!(talk(&mut idle, b"").await, "", "an idle connection is closed");
    assert!(TcpStream::connect(address).await.is_err(), "nobody is let in any more");
    assert!(!done.is_finished());
    door.front.speaks();
    assert!(answer(&mut busy).await.starts_with("HTTP/1.1 204 "));
    done.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_ever() {
    let door = gateway();
    door.front.falls_silent();
    let serving = serving(&door).await;
    let mut busy = serving.connect().await;
    busy.write_all(post(ORDER, "").as_bytes()).await.unwrap();
    while door.front.held() == 0 {
        tokio::task::yield_now().await;
    }
    let begun = tokio::time::Instant::now();
    serving.stop().await.unwrap().unwrap();
    assert!(begun.elapsed() >= DRAIN_WITHIN && begun.elapsed() < DRAIN_WITHIN * 2);
}

#[tokio::test]
async fn beyond_the_most_open_requests_the_door_is_busy() {
    let door = gateway();
    door.front.falls_silent();
    let sending = |path: &'static str| {
        let router = door.router.clone();
        let request = axum::http::Request::post(path).body(axum::body::Body::from(ORDER)).unwrap();
        tokio::spawn(async move { tower::ServiceExt::oneshot(router, request).await })
    };
    let open: Vec<_> = (0..OPEN_REQUESTS_MAX).map(|_| sending("/orders")).collect();
    while door.front.held() < OPEN_REQUESTS_MAX {
        tokio::task::yield_now().await;
    }
    door.post("/orders", ORDER).await.refuses(503, "too-busy");
    for request in open.iter().skip(1) {
        request.abort();
    }
    while door.post("/orders", "{}").await.status == 503 {
        tokio::task::yield_now().await;
    }
    door.front.speaks();
    assert_eq!(open.into_iter().next().unwrap().await.unwrap().unwrap().status(), 204);
}
