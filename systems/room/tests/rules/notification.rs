//! Who is told what: the document's words, once each, and nothing that is no longer true.

use crate::*;
use room::case::Case;
use room::notification::{Command, Notification};
use room::used::{self, Used};
use testkit::given::Then;

fn told() -> Given {
    let mut post = service("notification");
    is_told(post.hears(created()), "1111", "conference room[1] reservation is complete");
    post
}

/// One message, to this person.
#[track_caller]
fn is_told(then: Then, to: &str, text: &str) {
    let then = then.says(["FactNoted", "NoticeRecorded"]);
    then.with("to", to).with("text", text).with("channel", "mail").with("bookingId", 7);
}

#[track_caller]
fn use_is_told(then: Then, text: &str) {
    let then = then.says(["UseNoted", "NoticeRecorded", "NoticeRecorded"]);
    let to: Vec<&Value> = then.said[1..].iter().map(|(_, fields)| &fields["to"]).collect();
    assert_eq!(to, ["99999", "1111"]);
    assert!(then.said[1..].iter().all(|(_, fields)| fields["text"] == text), "{then:?}");
}

#[test]
fn r5_r13_r21_each_change_is_told_once() {
    let mut post = told();
    post.hears(created()).is_already_so();
    is_told(post.hears(completed(0)), "1111", "Booking Number[ 7 ] is confirmed");
    post.hears(completed(0)).is_already_so();
    is_told(post.hears(changed(1, false)), "user 1", "reservation has been changed");
    is_told(post.hears(changed(2, true)), "user 2", "reservation has been changed");
    post.hears(changed(1, false)).is_already_so();
    post.hears(changed(2, true)).is_already_so();
    is_told(post.hears(completed(2)), "user 2", "Booking Number[ 7 ] is confirmed");
    post.hears(completed(2)).is_already_so();
    is_told(post.hears(cancelled(Reason::User)), "1111", "reservation has been canceled");
    post.hears(cancelled(Reason::User)).is_already_so();
    post.hears(requested()).is_already_so();
}

#[test]
fn r1_r10_r29_start_and_end_are_told_to_the_desk_and_the_user() {
    let mut post = told();
    use_is_told(post.hears(use_started(Some(N))), "Booking Number[ 7 ] is use started");
    post.hears(use_started(Some(N))).is_already_so();
    post.hears(use_corrected()).is_already_so();
    // Of a booking that ends with its use nobody is told that it is canceled.
    post.hears(cancelled(Reason::UseEnded)).says(["FactNoted"]).with("reason", "USE_ENDED");
    use_is_told(post.hears(use_ended(Some(N))), "Booking Number[ 7 ] is use ended");
    post.hears(use_ended(Some(N))).is_already_so();
    post.hears(use_started(Some(N))).is_already_so();
}

#[test]
fn r29_a_walk_in_is_told_to_the_desk() {
    let mut post = service("notification");
    let then = post.hears(use_started(None)).says(["UseNoted", "NoticeRecorded"]).with("to", "99999");
    then.with("text", "Booking Number[ null ] is use started").with("bookingId", Value::Null);
    let then = post.hears(use_ended(None)).says(["UseNoted", "NoticeRecorded"]);
    then.with("text", "Booking Number[ null ] is use ended");
    // Nobody booked as far as is known: the desk is told all the same.
    let then = service("notification").hears(use_started(Some(N))).says(["UseNoted", "NoticeRecorded"]);
    then.with("text", "Booking Number[ 7 ] is use started").with("to", "99999");
    let mut desk = service("notification");
    let event =
        events::BookingCreated { id: N, details: Details { booking_user_id: "99999".into(), ..details() } };
    desk.hears(Event::BookingCreated(event)).says(["FactNoted", "NoticeRecorded"]);
    desk.hears(use_started(Some(N))).says(["UseNoted", "NoticeRecorded"]).with("to", "99999");
}

#[test]
fn r11_a_denied_booking_is_told_as_canceled_and_denied() {
    let mut post = told();
    is_told(post.hears(cancelled(Reason::Denied)), "1111", "reservation has been canceled");
    is_told(post.hears(denied()), "1111", "Booking Number[ 7 ] is denied");
    post.hears(denied()).is_already_so();
    let mut post = told();
    is_told(post.hears(denied()), "1111", "Booking Number[ 7 ] is denied");
    is_told(post.hears(cancelled(Reason::Denied)), "1111", "reservation has been canceled");
    is_told(told().hears(cancelled(Reason::NoShow)), "1111", "reservation has been canceled");
}

#[test]
fn r13_what_is_no_longer_true_is_told_to_nobody() {
    let mut over = told();
    is_told(over.hears(cancelled(Reason::User)), "1111", "reservation has been canceled");
    for late in [completed(0), changed(1, true), denied(), created()] {
        over.hears(late).is_already_so();
    }
    let mut moved = told();
    is_told(moved.hears(changed(1, true)), "user 1", "reservation has been changed");
    moved.hears(completed(0)).is_already_so();
    let mut left = told();
    left.hears(cancelled(Reason::UseEnded)).says(["FactNoted"]);
    left.hears(use_started(Some(N))).says(["UseNoted"]);
    use_is_told(left.hears(use_ended(Some(N))), "Booking Number[ 7 ] is use ended");
}

#[test]
fn r13_what_is_heard_before_the_booking_is_told_when_it_is_known_whom() {
    let mut post = service("notification");
    post.hears(completed(0)).says(["FactNoted"]);
    let then = post.hears(created()).says(["FactNoted", "NoticeRecorded", "NoticeRecorded"]);
    let texts: Vec<&Value> = then.said[1..].iter().map(|(_, fields)| &fields["text"]).collect();
    assert_eq!(texts, ["conference room[1] reservation is complete", "Booking Number[ 7 ] is confirmed"]);
    let mut post = service("notification");
    is_told(post.hears(cancelled(Reason::User)), "1111", "reservation has been canceled");
    post.hears(created()).says(["FactNoted"]);
}

#[test]
fn r13_a_message_is_a_mail_that_is_sent_until_it_is_taken() {
    let mut post = told();
    let number = Id(1);
    assert_eq!(post.waits::<Notification>(number), ["forward notifier notice 1"]);
    let call = post.call::<Notification>(number, "notice");
    assert_eq!(call.until, None);
    let text = "conference room[1] reservation is complete";
    let expected =
        json!([{"number": "room.notification/1/1", "to": "1111", "channel": "mail", "text": text}]);
    assert_eq!(call.request.fields.get("notices"), Some(&expected));
    let shown = json!({"userId": "1111", "contents": text, "sendDtm": "2026-01-01 00:00:00"});
    assert_eq!(post.record::<Notification>(number), shown);
    post.later(kernel::Millis::seconds(90));
    let then = post.answers::<Notification>(number, "notice", yes()).says(["EmailSent"]).with("id", 1);
    then.with("userId", "1111")
        .with("contents", text)
        .with("sendDtm", "2026-01-01 00:01:30")
        .with("bookingId", 7);
    assert_eq!(post.record::<Notification>(number)["sendDtm"], "2026-01-01 00:01:30");
    assert!(post.waits::<Notification>(number).is_empty());
    post.when::<Notification>(number, Command::Sent).is_already_so();
    post.when::<Notification>(Id(9), Command::Sent).is_already_so();
    post.hears(use_started(None)).says(["UseNoted", "NoticeRecorded"]).with("number", 2);
    post.answers::<Notification>(Id(2), "notice", yes()).says(["EmailSent"]).without("bookingId");
}

#[test]
fn what_is_known_of_a_booking_waits_for_nothing() {
    let mut post = told();
    post.hears(use_started(Some(N))).says(["UseNoted", "NoticeRecorded", "NoticeRecorded"]);
    assert!(post.waits::<Case>(N).is_empty() && post.waits::<Used>(Id(3)).is_empty());
    assert_eq!((post.record::<Case>(N), post.record::<Used>(Id(3))), (Value::Null, Value::Null));
    post.when::<Used>(Id(3), used::Command::Start { booking_id: Some(N) }).is_already_so();
}
