//! One seat, a hundred members: all have a reservation, one has the seat, the others have their money back.

use crate::{CLIENTS, at_once, count, start};
use serde_json::json;
use testkit::http::request;
use testkit::server::eventually;
use testkit::stage::Stage;

#[test]
fn s4_s5_s14_of_a_hundred_members_one_gets_the_seat() {
    let mut process = start("seat");
    let to = process.server().gateway;
    for path in ["/managements", "/seats"] {
        process.server().post(path, &json!({"seatId": 4, "seatStatus": "Emptied"})).is(201);
    }
    let wish = json!({"name": "Han", "reserveDate": "1", "exitDate": "2", "payType": "card", "seatId": "4"});
    let answers = at_once(move |_| request(to, "POST", "/reservations", &[], &wish).expect("it answers"));
    assert_eq!(count(&answers, 201), CLIENTS);
    let ended = |row: &serde_json::Value| {
        row["status"] == "Confirmed" || (row["status"] == "Refused" && row["refunded"] == true)
    };
    let pages = eventually(|| process.list("mypages"), |rows| rows.iter().all(ended));
    assert_eq!(pages.len() as u64, CLIENTS);
    let winners: Vec<_> = pages.iter().filter(|row| row["status"] == "Confirmed").collect();
    assert_eq!(winners.len(), 1);
    process.comes_to_show("/seats/4", "reserveId", winners[0]["reserveId"].clone());
    let paid = |rows: &[serde_json::Value], status: &str| {
        rows.iter().filter(|row| row["status"] == status).count() as u64
    };
    let payments = process.list("payments");
    assert_eq!((paid(&payments, "Paid"), paid(&payments, "Refunded")), (1, CLIENTS - 1));
    process.audit();
}
