//! Times as people write them, in the zone of the room.

use crate::*;
use kernel::Method::Post;
use kernel::slots::Slot;

const BERLIN: &[(&str, &str)] =
    &[("HOLDFAST_ROOM_ZONES", "7=Europe/Berlin, 9=America/New_York"), ("HOLDFAST_ROOM_ZONE", "UTC")];

/// What a booking takes, in seconds since 1970, or the code of the no.
fn slot(room: u64, from: &str, to: &str) -> Result<(i64, i64), &'static str> {
    let mut booking = Given::service(system(settings(BERLIN).expect("these are zones")), "booking");
    let body = json!({"roomId": room, "bookingUserId": "1", "useStartDtm": from, "useEndDtm": to});
    let then = booking.asks(Post, "/bookings", body);
    if let Some(no) = then.no {
        return Err(no.code);
    }
    let slot: Slot = serde_json::from_value(then.said[1].1["slot"].clone()).expect("it is a slot");
    Ok((slot.from.0 / 1_000, slot.to.0 / 1_000))
}

fn hours(slot: Result<(i64, i64), &'static str>) -> i64 {
    slot.map(|(from, to)| (to - from) / 3_600).expect("it is taken")
}

#[test]
fn r15_twelve_digits_fourteen_or_an_offset() {
    let expected = Ok((1_598_261_400, 1_598_265_000));
    assert_eq!(slot(1, "202008240930", "202008241030"), expected);
    assert_eq!(slot(1, "20200824093000", "20200824103000"), expected);
    assert_eq!(slot(1, "2020-08-24T09:30:00Z", "2020-08-24T19:30:00+09:00"), expected);
    assert_eq!(slot(1, "2020-08-24t09:30:00z", "202008241030"), expected);
    assert_eq!(slot(1, "20200824093001", "202008241030"), Ok((1_598_261_401, 1_598_265_000)));
}

#[test]
fn r15_each_room_has_its_zone() {
    assert_eq!(slot(7, "202008241130", "202008241230"), slot(1, "202008240930", "202008241030"));
    assert_eq!(slot(9, "202008240530", "202008240630"), slot(1, "202008240930", "202008241030"));
    let mut seoul = service("booking");
    let then = seoul.asks(Post, "/bookings", written());
    assert_eq!(then.said[1].1["slot"]["from"], START.0, "Seoul, unless it is said otherwise");
}

#[test]
fn r15_what_is_no_time_is_refused() {
    for wrong in [
        "",
        "soon",
        "20200824",
        "2020082409",
        "202013240930",
        "202002300930",
        "202008242430",
        "202008240960",
        "20200824093061",
        "2020082409300",
        "-20200824093",
        "2020-08-24",
        "2020-08-24T09:30:00",
        "2020-08-24 09:30:00Z",
        "2020-08-24T09:30:00+09:00[Asia/Seoul]",
        "２０２００８２４０９３０",
        "+02008240930",
        "2020-08-24T25:30:00Z",
    ] {
        let code = if wrong.is_empty() { "missing-field" } else { "bad-start" };
        assert_eq!(slot(1, wrong, "202008241030"), Err(code), "{wrong}");
        let code = if wrong.is_empty() { "missing-field" } else { "bad-end" };
        assert_eq!(slot(1, "202008240930", wrong), Err(code), "{wrong}");
    }
}

#[test]
fn r15_a_booking_ends_after_it_begins_and_within_a_month() {
    assert_eq!(slot(1, "202008240930", "202008240930"), Err("ends-too-early"));
    assert_eq!(slot(1, "202008241030", "202008240930"), Err("ends-too-early"));
    assert_eq!(slot(1, "202008240930", "2020-08-24T18:30:00+09:00"), Err("ends-too-early"));
    assert_eq!(hours(slot(1, "202008010000", "202009010000")), 31 * 24);
    assert_eq!(slot(1, "202008010000", "20200901000001"), Err("too-long"));
    assert_eq!(slot(1, "000101010000", "999901010000"), Err("too-long"));
}

#[test]
fn r15_clocks_that_are_put_forward_skip_an_hour() {
    assert_eq!(slot(7, "202603290230", "202603290330"), Err("skipped-start"));
    assert_eq!(slot(7, "202603290130", "202603290200"), Err("skipped-end"));
    assert_eq!(hours(slot(7, "202603290130", "202603290330")), 1);
    assert_eq!(hours(slot(7, "2026-03-29T01:30:00+01:00", "202603290330")), 1);
}

#[test]
fn r15_clocks_that_are_put_back_bring_an_hour_twice() {
    // The first of the two, unless an offset says which.
    assert_eq!(slot(7, "202610250230", "202610250245"), slot(1, "202610250030", "202610250045"));
    assert_eq!(hours(slot(7, "202610250130", "202610250230")), 1);
    assert_eq!(hours(slot(7, "202610250130", "202610250330")), 3);
    assert_eq!(hours(slot(7, "202610250230", "2026-10-25T02:30:00+01:00")), 1);
}

#[test]
fn a_wrong_setting_is_named() {
    let wrong = [
        (
            &[("HOLDFAST_ROOM_ZONE", "Asia/Soul")] as &[_],
            "HOLDFAST_ROOM_ZONE is \"Asia/Soul\", but must be a time zone",
        ),
        (&[("HOLDFAST_ROOM_ZONE", "")], "HOLDFAST_ROOM_ZONE is \"\""),
        (&[("HOLDFAST_ROOM_ZONES", "7=Europe/Berlin,9=Nowhere")], "HOLDFAST_ROOM_ZONES is \"9=Nowhere\""),
        (&[("HOLDFAST_ROOM_ZONES", "0=Europe/Berlin")], "HOLDFAST_ROOM_ZONES is \"0=Europe/Berlin\""),
        (&[("HOLDFAST_ROOM_ZONES", "Europe/Berlin")], "HOLDFAST_ROOM_ZONES is \"Europe/Berlin\""),
        (&[("HOLDFAST_ROOM_ZONES", "7=UTC,7=Asia/Seoul")], "must be each room once"),
        (&[("HOLDFAST_ROOM_NO_SHOW_MS", "soon")], "HOLDFAST_ROOM_NO_SHOW_MS is \"soon\""),
    ];
    for (pairs, sentence) in wrong {
        let error = settings(pairs).expect_err("it is wrong");
        assert!(error.contains(sentence), "{error}");
    }
    assert_eq!(settings(&[]).expect("nothing is needed"), Settings::default());
}
