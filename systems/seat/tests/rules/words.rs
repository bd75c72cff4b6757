//! What people are told when the answer is no.

use crate::*;
use kernel::Method::{self, Patch, Post};
use kernel::Problem;
use serde_json::{Value, json};

#[track_caller]
fn no(own: &mut Given, method: Method, path: &str, fields: Value) -> Problem {
    own.asks(method, path, fields).no.expect("it is refused")
}

#[test]
fn s12_whoever_names_what_is_not_there_is_told_where_to_look() {
    for (name, path, places) in [
        ("reservation", "/reservations/9", ["/mypages"].as_slice()),
        ("payment", "/payments/9", &["/payments", "/mypages"]),
    ] {
        let told = no(&mut service(name), Patch, path, json!({}));
        assert_eq!(told.status, 404);
        for place in places {
            assert!(told.english.contains(place) && told.korean.contains(place), "{told:?}");
        }
    }
}

#[test]
fn s12_the_board_and_the_provider_have_one_name_each() {
    let mut board = service("seat");
    let told = no(&mut board, Patch, "/seats/4", json!({}));
    assert!(told.korean.contains("좌석 현황판"), "{told:?}");
    board.asks(Post, "/seats", json!({"seatId": 4})).says(["SeatRegistered"]);
    for (method, path, fields) in
        [(Post, "/seats", json!({"seatId": 4})), (Patch, "/seats/4", json!({"seatStatus": "Reserved"}))]
    {
        let told = no(&mut board, method, path, fields);
        assert!(told.korean.contains("좌석 현황판"), "{told:?}");
    }
    let mut payment = service("payment");
    payment.asks(Post, "/payments", json!({"reserveId": 7, "seatId": 4})).says(["DeskPaymentRequested"]);
    let silent = payment.answers::<seat::payment::Payment>(Id(1), "authorize", Answer::GivenUp);
    let told = silent.no.expect("it is refused");
    assert!(told.korean.contains("결제 대행사"), "{told:?}");
}
