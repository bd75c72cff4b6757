//! Seats as the administrator sees them.

use crate::*;
use kernel::Method::{Delete, Patch, Post, Put};
use seat::management::Management;
use serde_json::json;

pub(crate) fn empty() -> Given {
    let mut own = service("management");
    own.asks(Post, "/managements", json!({"seatId": 4, "seatStatus": "Emptied"}))
        .says(["ManagementRegistered"])
        .with("id", 4);
    own
}

pub(crate) fn taken() -> Given {
    let mut own = empty();
    own.hears(paid(N, SEAT, None)).says(["Checked"]);
    own
}

#[test]
fn s3_s13_a_seat_is_registered_once_and_begins_empty() {
    let mut own = empty();
    let expected = json!({"reserveId": 0, "name": "", "reserveDate": "", "exitDate": "", "payType": "",
        "seatId": 4, "seatStatus": "Emptied", "desk": null});
    assert_eq!(own.record::<Management>(SEAT), expected);
    own.asks(Post, "/managements", json!({"seatId": 4})).is_refused(409, "already-registered");
    taken().asks(Post, "/managements", json!({"seatId": 4})).is_refused(409, "already-registered");
    own.asks(Post, "/managements", json!({})).is_refused(400, "missing-field");
    let taken = json!({"seatId": 5, "seatStatus": "Reserved"});
    own.asks(Post, "/managements", taken).is_refused(409, "unknown-status");
    own.asks(Patch, "/managements/5", json!({"seatStatus": "Emptied"})).is_refused(404, "not-found");
}

#[test]
fn s14_a_seat_shows_who_has_it() {
    let expected = json!({"reserveId": 7, "name": "Han", "reserveDate": "1", "exitDate": "2",
        "payType": "card", "seatId": 4, "seatStatus": "Reserved", "desk": null});
    assert_eq!(taken().record::<Management>(SEAT), expected);
}

#[test]
fn s6_the_administrator_frees_a_seat_once() {
    let mut own = taken();
    let then = own.asks(Patch, "/managements/4", json!({"seatStatus": "Emptied"})).says(["Reclaimed"]);
    let then = then.with("exitedReserveId", 7).with("reserveId", 0).with("name", "").with("version", 2);
    then.with("reason", "FREED");
    own.asks(Patch, "/managements/4", json!({"seatStatus": "Emptied"})).is_already_so();
    own.hears(paid(N, SEAT, None)).is_already_so();
    own.hears(paid(Id(8), SEAT, None)).says(["Checked"]).with("version", 3);
    own.hears(exited(N)).says(["ExitNoted"]);
    assert_eq!(own.record::<Management>(SEAT)["reserveId"], 8);
}

#[test]
fn s6_a_whole_record_frees_a_seat_as_it_is_now_or_will_be() {
    for record in [taken().record::<Management>(SEAT), empty().record::<Management>(SEAT)] {
        let mut record = record;
        record["seatStatus"] = json!("Emptied");
        taken().asks(Put, "/managements/4", record).says(["Reclaimed"]);
    }
    let other = json!({"seatStatus": "Emptied", "name": "Kim"});
    taken().asks(Put, "/managements/4", other).is_refused(409, "not-changeable");
}

#[test]
fn s3_only_a_paid_reservation_takes_a_seat() {
    empty()
        .asks(Patch, "/managements/4", json!({"seatStatus": "Reserved"}))
        .is_refused(409, "unknown-status");
    taken().asks(Patch, "/managements/4", json!({"seatStatus": "Broken"})).is_refused(409, "unknown-status");
    empty().asks(Patch, "/managements/4", json!({"name": "Han"})).is_refused(409, "not-changeable");
    taken().asks(Patch, "/managements/4", json!({"reserveId": 8})).is_refused(409, "not-changeable");
    taken().asks(Patch, "/managements/4", json!({"seatStatus": "Reserved", "name": "Han"})).is_already_so();
    taken().asks(Patch, "/managements/4", json!({})).is_already_so();
}

#[test]
#[should_panic(expected = "nobody serves DELETE")]
fn s13_a_seat_is_not_deleted() {
    let _ = empty().asks(Delete, "/managements/4", json!({}));
}
