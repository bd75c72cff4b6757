//! One room, one hour, a hundred users: one has it, the others read what is in the way.

use crate::{CLIENTS, at_once, count, start};
use serde_json::json;
use testkit::http::request;
use testkit::stage::Stage;

#[test]
fn r15_of_a_hundred_users_one_gets_the_room() {
    let mut process = start("room");
    let to = process.server().gateway;
    let answers = at_once(move |user| {
        let body = json!({"roomId": "1", "bookingUserId": user.to_string(),
            "useStartDtm": "202008240930", "useEndDtm": "202008241030"});
        request(to, "POST", "/bookings", &[], &body).expect("it answers")
    });
    assert_eq!((count(&answers, 201), count(&answers, 409)), (1, CLIENTS - 1));
    let told = answers.iter().filter(|answer| answer.status == 409).map(|answer| answer.json());
    for no in told {
        assert!(
            no["detail"].as_str().is_some_and(|text| text.contains("202008240930 to 202008241030")),
            "{no}"
        );
    }
    assert_eq!(process.list("bookings").len(), 1);
    process.audit();
}
