//! Who is told what, and what the customer's page shows, in whatever order things are heard.

use crate::*;
use kernel::{Meta, Time, View};
use serde_json::{Value, json};
use taxi::mypage::Mypage;
use taxi::notification::Case;

fn heard_in_order() -> [events::Event; 5] {
    [
        approved(),
        accepted(events::RESERVATION_COMPLETE, None),
        accepted(events::CONFIRMED, None),
        accepted(events::CONFIRMED, Some(Id(3))),
        reserve_canceled(Some(Id(3)), None),
    ]
}

fn told(case: &Given) -> Value {
    case.call::<Case>(N, "notice").request.fields.get("notices").expect("a list").clone()
}

#[test]
fn t10_t18_each_change_is_told_once() {
    let mut case = service("notification");
    case.hears(ordered()).says(["CaseOpened"]).with("to", "Jane");
    case.hears(ordered()).is_already_so();
    let texts = [
        "Reservation OK",
        "Reservation Complete",
        "confirmed",
        "confirmed, taxi 3",
        "Reservation Cancelled!",
    ];
    for (event, text) in heard_in_order().into_iter().zip(texts) {
        let then = case.hears(event.clone()).says(["NoticeRecorded"]);
        then.with("to", "Jane").with("channel", "sms").with("text", format!("Order 7: {text}"));
        case.hears(event).is_already_so();
    }
    let then = case.hears(payment_canceled()).says(["NoticeRecorded"]);
    then.with("text", "Order 7: Your reservation is canceled!").with("number", 6);
}

#[test]
fn t18_what_is_no_longer_true_is_told_to_nobody() {
    let mut case = service("notification");
    case.hears(ordered()).says(["CaseOpened"]);
    case.hears(accepted(events::CONFIRMED, Some(Id(3)))).says(["NoticeRecorded"]);
    case.hears(accepted(events::CONFIRMED, None)).is_already_so();
    case.hears(approved()).is_already_so();
    case.hears(payment_canceled()).says(["NoticeRecorded"]);
    case.hears(reserve_canceled(None, None)).is_already_so();
    case.hears(order_canceled()).is_already_so();
}

#[test]
fn t10_what_waits_is_sent_together_and_settled_once() {
    let mut case = service("notification");
    case.hears(ordered()).says(["CaseOpened"]);
    assert!(case.waits::<Case>(N).is_empty());
    case.hears(approved()).says(["NoticeRecorded"]);
    case.hears(accepted(events::RESERVATION_COMPLETE, None)).says(["NoticeRecorded"]);
    assert_eq!(case.waits::<Case>(N), ["forward notifier notice 2"]);
    let notice = |number: u64, text: &str| json!({"number": format!("taxi.case/7/{number}"), "to": "Jane", "channel": "sms", "text": text});
    let expected = json!([notice(1, "Order 7: Reservation OK"), notice(2, "Order 7: Reservation Complete")]);
    assert_eq!(told(&case), expected);
    case.answers::<Case>(N, "notice", yes()).says(["NoticesSent"]).with("upTo", 2);
    assert!(case.waits::<Case>(N).is_empty());
    case.when::<Case>(N, taxi::notification::Command::Sent).is_already_so();
    case.hears(accepted(events::CONFIRMED, None)).says(["NoticeRecorded"]).with("number", 3);
    assert_eq!(case.waits::<Case>(N), ["forward notifier notice 3"]);
}

#[test]
fn t10_the_telephone_is_told_before_the_name() {
    let say = |tel: Option<&str>, name: Option<&str>| {
        let events::Event::Ordered(mut said) = ordered() else { unreachable!("ordered() is Ordered") };
        (said.tel, said.name) = (tel.map(Into::into), name.map(Into::into));
        events::Event::Ordered(said)
    };
    service("notification").hears(say(Some("010"), Some("Jane"))).says(["CaseOpened"]).with("to", "010");
    service("notification").hears(say(None, None)).says(["CaseOpened"]).with("to", "order 7");
}

#[test]
fn t18_what_is_heard_before_the_order_is_told_when_it_is_known_whom() {
    let mut case = service("notification");
    case.hears(approved()).says(["StatusNoted"]);
    case.hears(approved()).is_already_so();
    case.hears(accepted(events::RESERVATION_COMPLETE, None)).says(["StatusNoted"]);
    assert!(case.waits::<Case>(N).is_empty());
    let then = case.hears(ordered()).says(["CaseOpened", "NoticeRecorded"]);
    then.with("text", "Order 7: Reservation Complete").with("number", 1);
    case.hears(approved()).is_already_so();
}

fn page(heard: &[events::Event]) -> Value {
    let meta = Meta { time: Time(0), correlation: Some(N), sequence: 1 };
    let mut row = Mypage::default();
    for event in heard {
        if Mypage::row(event) == Some(N) {
            row.project(event, &meta);
        }
    }
    row.body().map_or(Value::Null, |body| serde_json::to_value(&body).expect("JSON"))
}

#[test]
fn t9_t17_t30_the_page_follows_the_order() {
    let mut heard = vec![ordered()];
    let row = page(&heard);
    assert_eq!(
        (&row["status"], &row["name"], &row["orderId"]),
        (&json!("requested"), &json!("Jane"), &json!(7))
    );
    heard.extend(heard_in_order());
    let row = page(&heard[..5]);
    let expected = json!({"orderId": 7, "paymentId": 1, "reservationId": 7, "name": "Jane",
        "status": "confirmed", "taxiId": 3});
    assert_eq!(row, expected);
    heard.push(payment_canceled());
    let row = page(&heard);
    assert_eq!(row["status"], "Your reservation is canceled!");
    assert_eq!(row["taxiId"], Value::Null);
}

#[test]
fn t17_the_page_is_the_same_in_whatever_order_it_is_heard() {
    let mut heard: Vec<events::Event> = [ordered()].into_iter().chain(heard_in_order()).collect();
    heard.extend([payment_canceled(), order_canceled()]);
    let expected = page(&heard);
    for _ in 0..heard.len() {
        heard.rotate_left(1);
        assert_eq!(page(&heard), expected);
        let backwards: Vec<events::Event> = heard.iter().rev().cloned().collect();
        assert_eq!(page(&backwards), expected);
        let twice: Vec<events::Event> = heard.iter().chain(&heard).cloned().collect();
        assert_eq!(page(&twice), expected);
    }
}
