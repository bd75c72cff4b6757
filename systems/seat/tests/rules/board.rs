//! The public board: the newest that management says, whatever comes when.

use crate::*;
use kernel::Method::{Patch, Post};
use seat::seat::Seat;
use serde_json::{Value, json};

fn on_the_board() -> Given {
    let mut own = service("seat");
    own.asks(Post, "/seats", json!({"seatId": 4, "seatStatus": "Emptied"})).says(["SeatRegistered"]);
    own
}

#[test]
fn s3_s14_the_board_shows_a_seat_as_it_is() {
    let mut own = on_the_board();
    let empty = json!({"seatStatus": "Emptied", "reserveId": 0, "name": "", "reserveDate": "",
        "exitDate": "", "seatId": 4});
    assert_eq!(own.record::<Seat>(SEAT), empty);
    own.hears(checked(N, 1, None)).says(["SeatShown"]);
    let taken = json!({"seatStatus": "Reserved", "reserveId": 7, "name": "Han", "reserveDate": "1",
        "exitDate": "2", "seatId": 4});
    assert_eq!(own.record::<Seat>(SEAT), taken);
    own.hears(reclaimed(N, 2, None, None)).says(["SeatShown"]).with("version", 2);
    assert_eq!(own.record::<Seat>(SEAT), empty);
}

#[test]
fn s32_only_what_is_newer_counts() {
    let mut own = on_the_board();
    own.hears(checked(Id(8), 3, None)).says(["SeatShown"]);
    own.hears(checked(Id(8), 3, None)).is_already_so();
    own.hears(checked(N, 1, None)).is_already_so();
    own.hears(reclaimed(N, 2, None, None)).is_already_so();
    assert_eq!(own.record::<Seat>(SEAT)["reserveId"], 8);
}

#[test]
fn s13_a_seat_comes_to_the_board_once_and_right() {
    let mut own = service("seat");
    own.hears(checked(N, 1, Some(Desk::WalkIn))).says(["SeatShown"]);
    assert_eq!(own.record::<Seat>(SEAT), Value::Null, "nobody has put it there");
    own.asks(Patch, "/seats/4", json!({})).is_refused(404, "not-found");
    own.asks(Post, "/seats", json!({"seatId": 4})).says(["SeatRegistered"]);
    assert_eq!(own.record::<Seat>(SEAT)["seatStatus"], "Reserved");
    own.asks(Post, "/seats", json!({"seatId": 4})).is_refused(409, "already-registered");
    own.asks(Post, "/seats", json!({"seatId": 5, "seatStatus": "x"})).is_refused(409, "unknown-status");
    own.asks(Patch, "/seats/4", json!({"seatStatus": "Emptied"})).is_refused(409, "not-changeable");
    own.asks(Patch, "/seats/4", json!({"seatStatus": "Reserved", "name": "Han"})).is_already_so();
    own.asks(Patch, "/seats/5", json!({})).is_refused(404, "not-found");
}
