//! What customers are told, and what their page shows: each turn once, nothing that is no longer true.

use crate::*;
use driver::case::{Case, Command};
use driver::customer::Customer;
use kernel::{Meta, View};
use serde_json::{Value, json};

/// The texts that are told, in order.
fn told(events: &[events::Event]) -> Vec<String> {
    let mut customer = service("customer");
    let mut texts = Vec::new();
    for event in events {
        for _ in 0..2 {
            let then = customer.hears(event.clone());
            let notices = then.said.iter().filter(|(name, _)| *name == "NoticeRecorded");
            texts.extend(notices.map(|(_, fields)| fields["text"].as_str().unwrap_or_default().to_owned()));
        }
    }
    texts
}

fn page(events: &[events::Event]) -> Customer {
    let mut row = Customer::default();
    for (second, event) in (0..).zip(events) {
        assert_eq!(Customer::row(event), Some(N), "{event:?}");
        let time = Time(1_767_225_600_000 + second * 1_000);
        row.project(event, &Meta { time, correlation: Some(N), sequence: 1 });
    }
    row
}

fn record(row: &Customer) -> Value {
    row.body().map_or(Value::Null, |body| serde_json::to_value(&body).expect("plain JSON"))
}

fn shown(events: &[events::Event]) -> (Value, Vec<String>) {
    let record = record(&page(events));
    let messages = record["messages"].as_array().cloned().unwrap_or_default();
    let texts = messages.iter().map(|told| told["text"].as_str().unwrap_or_default().to_owned()).collect();
    (record["status"].clone(), texts)
}

const TAKEN: &str = "[대리운전] 호출 7번이 접수되었습니다. 가까운 기사를 찾고 있습니다.";
const ASSIGNED: &str = "[대리운전] 호출 7번에 안채우 기사(44나4567, 010-3345-7789)가 배정되었습니다.";
const FINISHED: &str = "[대리운전] 호출 7번의 운행이 종료되었습니다. 이용해 주셔서 감사합니다.";
const CANCELLED: &str = "[대리운전] 호출 7번이 취소되었습니다.";
const NO_DRIVER: &str =
    "[대리운전] 지금 갈 수 있는 기사가 없어 호출 7번이 취소되었습니다. 잠시 후 다시 호출해 주세요.";
const NO_ANSWER: &str = "[대리운전] 배정을 확인하지 못해 호출 7번이 취소되었습니다. 다시 호출해 주세요.";
const REFUSED: &str = "[대리운전] 호출 7번을 처리할 수 없어 취소되었습니다. 다시 호출해 주세요.";

#[test]
fn d4_d7_d26_each_turn_is_told_once_and_shown() {
    let open = called(Time(0));
    let stories: [(Vec<events::Event>, &str, &[&str]); 10] = [
        (vec![open.clone()], "호출", &[]),
        (vec![open.clone(), passed_on()], "호출중", &[TAKEN]),
        (vec![open.clone(), passed_on(), assigned()], "호출확정", &[TAKEN, ASSIGNED]),
        (vec![open.clone(), passed_on(), assigned(), finished()], "운행종료", &[TAKEN, ASSIGNED, FINISHED]),
        (
            vec![open.clone(), passed_on(), assigned(), call_cancelled(None), nobody_comes(None)],
            "호출취소",
            &[TAKEN, ASSIGNED, CANCELLED],
        ),
        // The cancel is seen at once, and told when the assignment is over; a late assignment is not told.
        (vec![open.clone(), passed_on(), call_cancelled(None)], "호출취소", &[TAKEN]),
        (
            vec![open.clone(), passed_on(), call_cancelled(None), assigned(), nobody_comes(None)],
            "호출취소",
            &[TAKEN, CANCELLED],
        ),
        (
            vec![
                open.clone(),
                passed_on(),
                nobody_comes(Some("NO_DRIVER")),
                call_cancelled(Some("NO_DRIVER")),
            ],
            "호출취소",
            &[TAKEN, NO_DRIVER],
        ),
        (
            vec![open.clone(), call_cancelled(Some("NO_ANSWER")), nobody_comes(Some("NO_ANSWER"))],
            "호출취소",
            &[NO_ANSWER],
        ),
        // A trip ended while the customer cancelled.
        (
            vec![open.clone(), passed_on(), assigned(), call_cancelled(None), finished()],
            "호출취소",
            &[TAKEN, ASSIGNED, FINISHED],
        ),
    ];
    for (events, status, texts) in stories {
        assert_eq!(told(&events), texts, "{events:?}");
        assert_eq!(shown(&events), (json!(status), texts.iter().map(|text| (*text).to_owned()).collect()));
    }
    assert_eq!(told(&[open, call_cancelled(Some("REFUSED"))]), [REFUSED]);
}

#[test]
fn d7_a_message_goes_to_the_telephone_that_called() {
    let mut customer = service("customer");
    customer.hears(called(Time(0))).says(["CaseOpened"]).with("to", "01012345678");
    customer.hears(called(Time(0))).is_already_so();
    assert!(customer.waits::<Case>(N).is_empty());
    let then = customer.hears(passed_on()).says(["NoticeRecorded"]);
    then.with("to", "01012345678").with("channel", "kakaotalk").with("number", 1).with("orderId", 7);
    customer.hears(assigned()).says(["NoticeRecorded"]).with("number", 2);
    assert_eq!(customer.waits::<Case>(N), ["forward notifier notice 2"]);
    let call = customer.call::<Case>(N, "notice");
    assert_eq!(call.hold, Millis(0));
    let fields = serde_json::to_value(&call.request.fields).expect("plain JSON");
    assert_eq!(fields["notices"][0]["number"], "driver.case/7/1");
    assert_eq!(fields["notices"].as_array().map(Vec::len), Some(2));
    customer.answers::<Case>(N, "notice", yes()).says(["NoticesSent"]).with("upTo", 2);
    customer.when::<Case>(N, Command::Sent).is_already_so();
    assert!(customer.waits::<Case>(N).is_empty());
    assert_eq!(customer.record::<Case>(N), Value::Null);
}

#[test]
fn d7_what_nobody_called_for_is_told_to_nobody() {
    let mut customer = service("customer");
    let nobody = events::Event::DriverassignCancelled(events::DriverassignCancelled {
        id: N,
        assignstatus: events::ASSIGN_CANCELLED.into(),
        driver: None,
        tel: None,
        driver_no: None,
        reason: None,
        next: None,
    });
    customer.hears(nobody).is_already_so();
    customer.hears(confirmed()).is_already_so();
    customer.hears(order_cancelled(None, false)).is_already_so();
    customer.when::<Case>(N, Command::Sent).is_already_so();
    assert_eq!((Customer::row(&confirmed()), Customer::row(&order_cancelled(None, false))), (None, None));
    // The telephone desk's customers are told too.
    service("customer").hears(desk_asks()).says(["NoticeRecorded"]).with("to", "01012345678");
}

#[test]
fn d11_d19_d32_the_page_has_the_whole_call() {
    let story = [called(Time(0)), passed_on(), assigned(), call_cancelled(None), nobody_comes(None)];
    let expected = json!({
        "orderId": 7, "tel": "01012345678", "location": "마포", "cost": 25_000, "drivingType": "자동", "lat": null,
        "lng": null, "status": "호출취소", "driverid": "44나4567", "driver": "안채우", "drivertel": "010-3345-7789",
        "confirmed": false, "reason": null,
        "messages": [
            {"time": "2026-01-01T00:00:01Z", "channel": "kakaotalk", "text": TAKEN},
            {"time": "2026-01-01T00:00:02Z", "channel": "kakaotalk", "text": ASSIGNED},
            {"time": "2026-01-01T00:00:04Z", "channel": "kakaotalk", "text": CANCELLED},
        ],
    });
    assert_eq!(record(&page(&story)), expected);
    assert_eq!(record(&page(&story[..3]))["confirmed"], true);
    assert_eq!(record(&page(&[call_cancelled(None)])), Value::Null, "too little to show");
}

#[test]
fn d11_the_page_does_not_depend_on_the_order_of_services() {
    let reason = |events: &[events::Event]| record(&page(events))["reason"].clone();
    let story =
        [called(Time(0)), nobody_comes(Some("NO_DRIVER")), passed_on(), call_cancelled(Some("NO_DRIVER"))];
    assert_eq!(shown(&story).0, "호출취소");
    assert_eq!(reason(&story), "NO_DRIVER");
    let story = [called(Time(0)), call_cancelled(None), passed_on(), assigned()];
    assert_eq!((shown(&story).0, reason(&story)), (json!("호출취소"), Value::Null));
}

/// Every order of some events.
fn orders<T: Clone>(of: &[T]) -> Vec<Vec<T>> {
    let Some((first, rest)) = of.split_first() else { return vec![Vec::new()] };
    let with = |order: Vec<T>| {
        let at = move |place| {
            let mut order = order.clone();
            order.insert(place, first.clone());
            order
        };
        (0..of.len()).map(at)
    };
    orders(rest).into_iter().flat_map(with).collect()
}

/// The row apart from its messages, when these are heard, each with the second in which it was said.
fn row_of(story: &[(events::Event, i64)]) -> Value {
    let mut row = Customer::default();
    for (event, second) in story {
        row.project(event, &Meta { time: Time(second * 1_000), correlation: Some(N), sequence: 1 });
    }
    let mut record = record(&row);
    record.as_object_mut().expect("a row").remove("messages");
    record
}

#[test]
fn d11_d32_who_was_confirmed_too_late_is_not_shown_in_whatever_order() {
    let story = |confirmed, cancelled, reason| {
        vec![
            (called(Time(0)), 1),
            (passed_on(), 2),
            (assigned(), confirmed),
            (call_cancelled(None), cancelled),
            (nobody_comes(reason), 6),
        ]
    };
    for (confirmed, cancelled, reason, driver) in [
        (3, 4, None, json!("안채우")),
        (5, 4, None, Value::Null),
        (4, 4, None, Value::Null),
        // It was cancelled while its time ran out: the call has the last word.
        (7, 8, Some("NO_DRIVER"), Value::Null),
    ] {
        let all = orders(&story(confirmed, cancelled, reason));
        assert_eq!(all.len(), 120);
        for order in all {
            let row = row_of(&order);
            assert_eq!((&row["status"], &row["driver"]), (&json!("호출취소"), &driver), "{order:?}");
            assert_eq!((&row["reason"], &row["tel"]), (&Value::Null, &json!("01012345678")), "{order:?}");
        }
    }
    let late = [called(Time(0)), passed_on(), call_cancelled(None), assigned(), nobody_comes(None)];
    assert_eq!(record(&page(&late))["driver"], Value::Null);
}
