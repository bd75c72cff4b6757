//! How fast the shelf takes documents, in changes as a follower makes them: new ones, and each once more soon after. Then
//! how fast rows come back. `cargo run --release -p store-sqlite --example shelve [BOOKINGS A CHANGE] [BOOKINGS]`
#![expect(clippy::print_stdout, reason = "it is for whoever runs it")]

use engine::ports::{Changes, Query, Reader, Shelf, Stored};
use kernel::{Id, Time};
use std::time::Instant;
use store_sqlite::{SqliteReader, SqliteShelf};

type Failure = Box<dyn std::error::Error>;

const KINDS: [&str; 6] =
    ["taxi.order", "taxi.payment", "taxi.reservation", "taxi.hold", "taxi.notice", "taxi.mypage"];
const FINDERS: [(&str, &str); 3] =
    [("taxi.payment", "orderId"), ("taxi.reservation", "orderId"), ("taxi.mypage", "orderId")];
const READS: u64 = 10_000;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let size: u64 = arguments.next().map_or(Ok(200), |text| text.parse())?;
    let count: u64 = arguments.next().map_or(Ok(200_000), |text| text.parse())?;
    let dir = tempfile::TempDir::new()?;
    let (mut shelf, _) = SqliteShelf::open(dir.path(), u64::MAX, &FINDERS)?;
    let (mut written, mut spent, mut longest) = (0, 0.0, 0.0_f64);
    for change in 0..count / size {
        let (first, end) = (change * size + 1, (change + 1) * size);
        let again = first.saturating_sub(size)..first;
        let numbers = again.clone().chain(first..=end).filter(|number| *number > 0);
        let of_number = |number: u64| KINDS.map(|kind| document(kind, number, !again.contains(&number)));
        let changes = Changes { position: end, documents: numbers.flat_map(of_number).collect() };
        written += changes.documents.len();
        let begun = Instant::now();
        shelf.apply(&changes)?;
        let took = begun.elapsed().as_secs_f64();
        (spent, longest) = (spent + took, longest.max(took));
    }
    println!(
        "{written} documents, {:.0} a second, the longest change {longest:.3} s",
        written as f64 / spent
    );
    reads(dir.path(), count)
}

fn document(kind: &str, number: u64, waits: bool) -> (String, Id, Option<Stored>) {
    let state = format!(
        r#"{{"status":"paid","order":{number},"guest":"홍길동","address":"서울시 강남구 테헤란로 {number}","card":{{"token":"tok_9f86d081884c7d65","last4":"5656"}},"price":45000,"told":["Ordered","PaymentApproved"]}}"#
    );
    let body = format!(
        r#"{{"orderId":{number},"guest":"홍길동","guestAddress":"서울시 강남구 테헤란로 {number}","status":"ReservationComplete","price":45000}}"#
    );
    let due = waits.then_some(Time(number as i64));
    (kind.to_owned(), Id(number), Some(Stored { version: 2, state, body: Some(body), due }))
}

fn reads(dir: &std::path::Path, count: u64) -> Result<(), Failure> {
    let mut reader = SqliteReader::open(dir)?;
    let all = || Query { kind: "taxi.mypage".into(), equals: None, sort: None, offset: 0, limit: 20 };
    let timed = |what: &str, times: u64, read: &mut dyn FnMut(u64) -> Result<(), Failure>| {
        let begun = Instant::now();
        for number in 0..times {
            read(number * 7_919 % count + 1)?;
        }
        println!("{what}: {:.1} µs", begun.elapsed().as_secs_f64() * 1e6 / times as f64);
        Ok::<_, Failure>(())
    };
    timed("an item", READS, &mut |number| Ok(reader.item("taxi.order", Id(number)).map(drop)?))?;
    timed("a finder", READS, &mut |number| {
        let equals = Some(("orderId".into(), number.into()));
        Ok(reader.page(&Query { equals, ..all() }).map(drop)?)
    })?;
    timed("the first page of 20", READS, &mut |_| Ok(reader.page(&all()).map(drop)?))?;
    timed("the last page of 20", READS, &mut |_| {
        Ok(reader.page(&Query { offset: count - 20, ..all() }).map(drop)?)
    })?;
    timed("the page in the middle", 10, &mut |_| {
        Ok(reader.page(&Query { offset: count / 2, ..all() }).map(drop)?)
    })?;
    timed("a page sorted by a field without an index", 10, &mut |_| {
        Ok(reader.page(&Query { sort: Some(("status".into(), true)), ..all() }).map(drop)?)
    })
}
