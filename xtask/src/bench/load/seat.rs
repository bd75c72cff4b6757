//! The seat reservation: a member reserves and pays, and sees whether the seat is hers. Whoever gets the hot seat
//! leaves it at once, so that it is fought for all the time.

use super::{BOOKING_MAX, Failure, Shared, created, runtime, see};
use crate::bench::client::{Client, field};
use anyhow::{Context, Result, ensure};
use std::cell::{Cell, RefCell};
use std::io::Write;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Instant;
use tokio::task::LocalSet;
use tokio::time::timeout;

/// One reservation, until the page says `Confirmed`; a seat that others want too: or `Refused`, with the money back.
pub(super) async fn book(
    client: &mut Client,
    seat: u64,
    hot: bool,
    shared: &RefCell<Shared>,
) -> Result<(), Failure> {
    let mut body = Vec::with_capacity(128);
    write!(
        body,
        "{{\"name\":\"Han\",\"reserveDate\":\"1\",\"exitDate\":\"2\",\"payType\":\"card\",\"seatId\":\"{seat}\"}}"
    )?;
    let begun = Instant::now();
    let answer = client.post("/reservations", &body).await?;
    shared.borrow_mut().outcome.orders.add(begun.elapsed());
    let reservation = created(client, "POST /reservations", answer)?;
    let won = Cell::new(false);
    let ended = |page: &[u8]| {
        won.set(field(page, "status") == Some("Confirmed"));
        let refused = field(page, "status") == Some("Refused") && field(page, "refunded") == Some("true");
        won.get() || (hot && refused)
    };
    see(client, reservation, shared, ended).await?;
    if won.get() && hot {
        let answer = client.delete(format_args!("/reservations/{reservation}")).await?;
        if answer.status != 204 {
            return Err(Failure::answer(client, "DELETE /reservations", answer));
        }
    }
    shared.borrow_mut().outcome.won += u64::from(won.get());
    Ok(())
}

/// The administrator registers these empty seats, as many at a time as there are connections.
pub(in crate::bench) fn register(
    address: SocketAddr,
    seats: std::ops::Range<u64>,
    connections: usize,
) -> Result<()> {
    let next = Rc::new(Cell::new(seats.start));
    let failed = Rc::new(RefCell::new(None));
    let people = LocalSet::new();
    for _ in 0..connections {
        let (next, failed, end) = (Rc::clone(&next), Rc::clone(&failed), seats.end);
        people.spawn_local(async move {
            let mut client = Client::new(address);
            while next.get() < end && failed.borrow().is_none() {
                let seat = next.replace(next.get() + 1);
                if let Err(error) = put(&mut client, seat).await {
                    failed.replace(Some(error));
                }
            }
        });
    }
    runtime()?.block_on(people);
    let failed = failed.borrow_mut().take();
    failed.map_or(Ok(()), Err)
}

async fn put(client: &mut Client, seat: u64) -> Result<()> {
    let body = format!("{{\"seatId\":{seat},\"seatStatus\":\"Emptied\"}}");
    for path in ["/managements", "/seats"] {
        let answer = timeout(BOOKING_MAX, client.post(path, body.as_bytes())).await?.context(path)?;
        ensure!(answer.status == 201, "POST {path}: {}", answer.status);
    }
    Ok(())
}
