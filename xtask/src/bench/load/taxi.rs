//! The call taxi: a customer orders and pays, the manager of one company confirms with a taxi of hers.

use super::{BOOKING_MAX, Failure, Shared, created, runtime, see};
use crate::bench::client::{Client, field};
use anyhow::{Context, Result, ensure};
use std::cell::RefCell;
use std::io::Write;
use std::net::SocketAddr;
use std::time::Instant;
use tokio::time::timeout;

/// One order, to its end: with `taxi`, until the page shows that it comes.
pub(super) async fn book(
    client: &mut Client,
    number: u64,
    taxi: Option<u64>,
    shared: &RefCell<Shared>,
) -> Result<(), Failure> {
    let mut body = Vec::with_capacity(128);
    let (prefix, line) = (number / 10_000 % 10_000, number % 10_000);
    write!(
        body,
        "{{\"orderType\":\"basic\",\"name\":\"Jung\",\"cardNo\":\"4111111111115656\",\
         \"tel\":\"010-{prefix:04}-{line:04}\"}}"
    )?;
    let begun = Instant::now();
    let answer = client.post("/orders", &body).await?;
    shared.borrow_mut().outcome.orders.add(begun.elapsed());
    let order = created(client, "POST /orders", answer)?;
    see(client, order, shared, |page| field(page, "status") == Some("Reservation Complete")).await?;
    let Some(taxi) = taxi else { return Ok(()) };

    body.clear();
    write!(body, "{{\"orderId\":{order},\"status\":\"confirmed\",\"taxiId\":{taxi}}}")?;
    let begun = Instant::now();
    let answer = client.post("/reservations", &body).await?;
    shared.borrow_mut().outcome.confirms.add(begun.elapsed());
    created(client, "POST /reservations", answer)?;
    let shows = |page: &[u8]| {
        let its = field(page, "taxiId").and_then(|digits| digits.parse().ok()) == Some(taxi);
        its && field(page, "status") == Some("confirmed")
    };
    see(client, order, shared, shows).await
}

/// A company offers more taxis than anybody can book.
pub(in crate::bench) fn register(address: SocketAddr) -> Result<u64> {
    let offer = br#"{"taxiName":"sonata","companyName":"tmap","stockCnt":"1000000","itemPrice":"4900"}"#;
    let mut client = Client::new(address);
    let asked = async { timeout(BOOKING_MAX, client.post("/taxis", offer)).await };
    let answer = runtime()?.block_on(asked)?.context("POST /taxis")?;
    ensure!(answer.status == 201, "POST /taxis: {}", answer.status);
    answer.number.context("POST /taxis: no number in Location")
}
