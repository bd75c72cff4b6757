//! The load generator against a tiny server of its own: it does what a booking needs, waits for the page, and counts
//! what goes wrong.

use indicatif::ProgressBar;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use xtask::bench::{Client, Load, Phase, drive, flushes, raw};

/// What the little server keeps: looks at each order's page, and its taxi.
#[derive(Default)]
struct Books {
    orders: u64,
    looks: HashMap<u64, u64>,
    taxis: HashMap<u64, u64>,
    /// Every so many orders payment is silent.
    refuse_every: u64,
}

fn serve(books: Books) -> (SocketAddr, Arc<Mutex<Books>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let books = Arc::new(Mutex::new(books));
    let shared = Arc::clone(&books);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let books = Arc::clone(&shared);
            std::thread::spawn(move || while answer(&stream, &books).is_some() {});
        }
    });
    (address, books)
}

/// One request; `None`: the client has gone.
fn answer(mut stream: &TcpStream, books: &Mutex<Books>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line == "\r\n" {
            break;
        }
        head.push(line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    let (status, location, body) = books.lock().map(|mut books| reply(&head[0], &body, &mut books)).ok()?;
    let length = body.len();
    let whole = format!("HTTP/1.1 {status} X\r\n{location}Content-Length: {length}\r\n\r\n{body}");
    // In two pieces, as a network may deliver it.
    let (first, second) = whole.split_at(whole.len() / 2);
    stream.write_all(first.as_bytes()).and_then(|()| stream.write_all(second.as_bytes())).ok()
}

fn reply(request: &str, body: &str, books: &mut Books) -> (u16, String, String) {
    let path = request.split(' ').nth(1).unwrap_or_default();
    let number = || path.rsplit('/').next().and_then(|digits| digits.parse().ok()).unwrap_or(0);
    let created = |number: u64| (201, format!("location: http://h{path}/{number}\r\n"), "{}".to_owned());
    match request.split('/').nth(1).and_then(|rest| rest.split([' ', '/']).next()) {
        Some("orders") => {
            assert!(body.contains("\"cardNo\":\"4111111111115656\"") && body.contains("\"tel\":\"010-"));
            books.orders += 1;
            match books.refuse_every > 0 && books.orders.is_multiple_of(books.refuse_every) {
                true => (503, String::new(), r#"{"code":"busy"}"#.to_owned()),
                false => created(books.orders),
            }
        }
        Some("reservations") => {
            let field = |name: &str| {
                let rest = body.split(&format!("\"{name}\":")).nth(1).expect("the field is sent");
                rest.split([',', '}']).next().and_then(|digits| digits.parse::<u64>().ok()).expect("a number")
            };
            books.taxis.insert(field("orderId"), field("taxiId"));
            created(field("orderId"))
        }
        Some("mypages") => {
            let looks = books.looks.entry(number()).or_default();
            *looks += 1;
            let taxi = books.taxis.get(&number());
            let status = match (*looks, taxi) {
                (1, _) => "Reservation OK",
                (_, None) => "Reservation Complete",
                (_, Some(_)) => "confirmed",
            };
            let taxi = taxi.map_or("null".to_owned(), u64::to_string);
            (
                200,
                String::new(),
                format!("{{\"orderId\":{},\"status\":\"{status}\",\"taxiId\":{taxi}}}", number()),
            )
        }
        _ => (404, String::new(), String::new()),
    }
}

fn load(address: SocketAddr, phase: Phase) -> Load {
    Load { address, bookings: 40, connections: 8, phase }
}

#[test]
fn a_booking_is_complete_when_its_page_says_so() {
    let (address, books) = serve(Books::default());
    let outcome = drive(&load(address, Phase::Paid), &ProgressBar::hidden()).unwrap();
    assert_eq!(outcome.failures, [].into());
    assert_eq!((outcome.bookings.count(), outcome.orders.count(), outcome.confirms.count()), (40, 40, 0));
    assert_eq!(outcome.looks, 80);
    assert_eq!(books.lock().unwrap().orders, 40);
}

#[test]
fn a_manager_confirms_with_a_taxi() {
    let (address, books) = serve(Books::default());
    let outcome = drive(&load(address, Phase::Assigned { taxi: 7 }), &ProgressBar::hidden()).unwrap();
    assert_eq!(outcome.failures, [].into());
    assert_eq!((outcome.bookings.count(), outcome.confirms.count(), outcome.looks), (40, 40, 120));
    let books = books.lock().unwrap();
    assert!(books.taxis.len() == 40 && books.taxis.values().all(|taxi| *taxi == 7));
}

#[test]
fn what_goes_wrong_is_counted_by_its_status() {
    let (address, _) = serve(Books { refuse_every: 4, ..Books::default() });
    let outcome = drive(&load(address, Phase::Paid), &ProgressBar::hidden()).unwrap();
    assert_eq!(outcome.failures, [("POST /orders: 503 busy".to_owned(), 10)].into());
    assert_eq!(outcome.bookings.count(), 30);
}

#[test]
fn a_server_that_is_gone_ends_the_phase() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let outcome = drive(&load(gone, Phase::Paid), &ProgressBar::hidden()).unwrap();
    assert_eq!(outcome.failures, [("connection: connection refused".to_owned(), 40)].into());
}

#[test]
fn a_connection_is_kept() {
    let (address, _) = serve(Books::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut client = Client::new(address);
        assert_eq!(client.get("/nothing").await.unwrap().status, 404);
        assert_eq!(client.get("/mypages/3").await.unwrap().status, 200);
        assert!(client.body().starts_with(b"{\"orderId\":3,"));
    });
}

#[test]
fn the_raw_loop_writes_the_same_rows() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("holdfast.db");
    let source = rusqlite::Connection::open(&log).unwrap();
    let schema = "PRAGMA journal_mode = WAL;
        CREATE TABLE log (seq INTEGER PRIMARY KEY, name TEXT NOT NULL, cause INTEGER) STRICT;
        CREATE INDEX by_cause ON log (cause);";
    source.execute_batch(schema).unwrap();
    let rows = "WITH RECURSIVE seq(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM seq WHERE n < 600)
        INSERT INTO log SELECT n, 'Ordered', NULL FROM seq";
    source.execute(rows, []).unwrap();
    let fresh = folder.path().join("raw.db");
    assert_eq!(raw(&log, &fresh).unwrap().rows, 600);
    let copy = rusqlite::Connection::open(&fresh).unwrap();
    let count = |sql: &str| copy.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM log WHERE name = 'Ordered' AND cause IS NULL"), 600);
    assert_eq!(count("SELECT count(*) FROM sqlite_master WHERE tbl_name = 'log'"), 2);
    assert_eq!(flushes(&folder.path().join("flush"), 3).unwrap().count(), 3);
}
