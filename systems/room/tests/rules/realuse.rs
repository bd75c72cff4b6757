//! Uses: started under a booking that is free, ended with it.

use crate::*;
use kernel::Method::{Delete, Patch, Post};
use kernel::{Millis, Mode};
use room::known::Known;
use room::realuse::{Command, Realuse};

const USE: Id = Id(1);

fn heard() -> Given {
    let mut realuse = service("realuse");
    realuse.hears(created()).says(["BookingNoted"]);
    realuse
}

fn started() -> Given {
    let mut realuse = heard();
    let body = json!({"bookingId": 7, "realUseStartDtm": "20200902111111"});
    realuse.asks(Post, "/realuses", body).says(["UseStarted"]).with("id", 1).with("bookingId", 7);
    realuse
}

fn walked_in() -> Given {
    let mut realuse = service("realuse");
    realuse.asks(Post, "/realuses", json!({})).says(["UseStarted"]).with("bookingId", Value::Null);
    realuse
}

fn ending() -> Given {
    let mut realuse = started();
    end(&mut realuse).says(["UseEnding"]);
    realuse
}

fn ended() -> Given {
    let mut realuse = ending();
    realuse.answers::<Realuse>(USE, "end", yes()).says(["UseEnded"]);
    realuse
}

fn end(realuse: &mut Given) -> testkit::given::Then {
    realuse.asks(Patch, "/realuses/1", json!({"realUseEndDtm": "123456"}))
}

#[test]
fn r27_r29_a_use_has_its_booking_and_its_start() {
    let mut realuse = started();
    let expected = json!({"bookingId": 7, "realUseStartDtm": "20200902111111", "realUseEndDtm": null});
    assert_eq!(realuse.record::<Realuse>(USE), expected);
    assert!(realuse.waits::<Realuse>(USE).is_empty(), "a use goes on until somebody ends it");
    realuse.when::<Realuse>(USE, Command::Start { booking_id: None, start: None }).is_already_so();
    let then = service("realuse").asks(Post, "/realuses", json!({"realUseEndDtm": null, "status": "READY"}));
    then.says(["UseStarted"]).with("realUseEndDtm", Value::Null);
}

#[test]
fn r2_a_use_does_not_start_with_its_end() {
    for body in [json!({"realUseEndDtm": "1"}), json!({"bookingId": 7, "realUseEndDtm": " "})] {
        let then = heard().asks(Post, "/realuses", body);
        let no = then.no.clone().expect("it is refused");
        assert!(no.english.contains("PATCH") && no.korean.contains("PATCH"), "{no:?}");
        assert_eq!(no.field.as_deref(), Some("realUseEndDtm"));
        then.is_refused(400, "ends-later");
    }
}

#[test]
fn r27_a_use_starts_once_under_a_booking_that_is() {
    let start = |realuse: &mut Given| realuse.asks(Post, "/realuses", json!({"bookingId": 7}));
    start(&mut service("realuse")).is_refused(404, "unknown-booking");
    start(&mut started()).is_refused(409, "already-started");
    start(&mut ending()).is_refused(409, "already-started");
    start(&mut ended()).is_refused(409, "booking-over");
    let mut gone = heard();
    gone.hears(cancelled(Reason::User)).says(["BookingGone"]);
    gone.hears(cancelled(Reason::User)).is_already_so();
    gone.hears(created()).is_already_so();
    start(&mut gone).is_refused(409, "booking-over");
    let mut early = service("realuse");
    early.hears(cancelled(Reason::User)).says(["BookingGone"]);
    early.hears(created()).is_already_so();
    start(&mut early).is_refused(409, "booking-over");
    assert!(early.waits::<Known>(N).is_empty());
}

#[test]
fn r2_r6_r28_an_end_asks_the_booking_to_end() {
    let mut realuse = ending();
    assert_eq!(realuse.record::<Realuse>(USE)["realUseEndDtm"], Value::Null, "nothing has ended yet");
    let call = realuse.call::<Realuse>(USE, "end");
    assert_eq!((call.to, call.mode, call.hold, call.attempt), ("booking", Mode::Refuse, Millis(1_000), 1));
    assert_eq!(call.until, Some(realuse.now + Millis(1_000)));
    assert_eq!((call.request.method, call.request.path.as_str()), (Delete, "/bookings/7"));
    assert_eq!(call.request.fields.text("reason"), Some("USE_ENDED"));
    end(&mut realuse).is_already_so();
    let both = json!({"realUseStartDtm": "20200902111111", "realUseEndDtm": "123456"});
    realuse.asks(Patch, "/realuses/1", both).is_already_so();
    realuse.asks(Patch, "/realuses/1", json!({})).is_already_so();
    let later = json!({"realUseEndDtm": "222222"});
    realuse.asks(Patch, "/realuses/1", later).is_refused(409, "under-way");
    realuse.asks(Patch, "/realuses/1", json!({"realUseStartDtm": "1"})).is_refused(409, "under-way");
    let then = realuse.answers::<Realuse>(USE, "end", yes()).says(["UseEnded"]).with("bookingId", 7);
    then.with("realUseStartDtm", "20200902111111").with("realUseEndDtm", "123456");
    let expected = json!({"bookingId": 7, "realUseStartDtm": "20200902111111", "realUseEndDtm": "123456"});
    assert_eq!(realuse.record::<Realuse>(USE), expected);
    assert!(realuse.waits::<Realuse>(USE).is_empty());
}

#[test]
fn r14_a_booking_that_is_over_lets_the_use_end() {
    let mut realuse = ending();
    realuse.hears(cancelled(Reason::UseEnded)).says(["BookingGone"]);
    realuse.answers::<Realuse>(USE, "end", no(404, "not-found")).says(["UseEnded"]);
}

#[test]
fn r8_r14_silence_ends_nothing() {
    for answer in [Answer::GivenUp, no(409, "in-use"), no(422, "bad")] {
        let mut realuse = ending();
        let then = realuse.answers::<Realuse>(USE, "end", answer);
        then.says_but(["UseEndGivenUp"], 503, "booking-unavailable");
        assert_eq!(realuse.record::<Realuse>(USE)["realUseEndDtm"], Value::Null);
        assert!(realuse.waits::<Realuse>(USE).is_empty(), "a late DELETE does no harm");
        end(&mut realuse).says(["UseEnding"]).with("attempt", 2);
        assert_eq!(realuse.waits::<Realuse>(USE), ["refuse booking end 2"]);
        realuse.answers::<Realuse>(USE, "end", no(404, "not-found")).says(["UseEnded"]);
    }
}

#[test]
fn r2_only_an_end_ends() {
    let mut realuse = started();
    let start = json!({"realUseStartDtm": "20200902111112"});
    realuse
        .asks(Patch, "/realuses/1", start.clone())
        .says(["UseCorrected"])
        .with("realUseEndDtm", Value::Null);
    realuse.asks(Patch, "/realuses/1", start).is_already_so();
    realuse.asks(Patch, "/realuses/1", json!({})).is_already_so();
    realuse.asks(Patch, "/realuses/1", json!({"bookingId": 7})).is_already_so();
    realuse.asks(Patch, "/realuses/1", json!({"bookingId": 8})).is_refused(409, "other-booking");
    realuse.asks(Patch, "/realuses/1", json!({"realUseEndDtm": " "})).is_refused(400, "missing-field");
    walked_in().asks(Patch, "/realuses/1", json!({"bookingId": 7})).is_refused(409, "other-booking");
    service("realuse").asks(Patch, "/realuses/1", json!({})).is_refused(404, "not-found");
}

#[test]
fn r2_another_start_is_told_with_the_end_or_not_at_all() {
    let both = json!({"realUseStartDtm": "1", "realUseEndDtm": "2"});
    let mut realuse = started();
    realuse.asks(Patch, "/realuses/1", both.clone()).says(["UseEnding"]);
    assert_eq!(realuse.record::<Realuse>(USE)["realUseStartDtm"], "20200902111111");
    // Whoever asks for the same again waits for the same answer.
    for same in [both.clone(), json!({"realUseEndDtm": "2"}), json!({"realUseStartDtm": "1"})] {
        realuse.asks(Patch, "/realuses/1", same).is_already_so();
    }
    for other in [json!({"realUseStartDtm": "9", "realUseEndDtm": "2"}), json!({"realUseEndDtm": "1"})] {
        realuse.asks(Patch, "/realuses/1", other).is_refused(409, "under-way");
    }
    let as_it_was = json!({"realUseStartDtm": "20200902111111"});
    realuse.asks(Patch, "/realuses/1", as_it_was).is_refused(409, "under-way");
    let then = realuse.answers::<Realuse>(USE, "end", Answer::GivenUp);
    then.says_but(["UseEndGivenUp"], 503, "booking-unavailable");
    assert_eq!(realuse.record::<Realuse>(USE)["realUseStartDtm"], "20200902111111");
    realuse.asks(Patch, "/realuses/1", both).says(["UseEnding"]);
    let then = realuse.answers::<Realuse>(USE, "end", yes()).says(["UseEnded"]);
    then.with("realUseStartDtm", "1").with("realUseEndDtm", "2");
}

#[test]
fn r2_an_end_is_an_end() {
    let mut realuse = ended();
    end(&mut realuse).is_already_so();
    for other in [json!({"realUseEndDtm": "2"}), json!({"realUseStartDtm": "2"}), json!({"bookingId": 8})] {
        realuse.asks(Patch, "/realuses/1", other).is_refused(409, "already-ended");
    }
    for realuse in [&mut service("realuse"), &mut started(), &mut ended(), &mut walked_in()] {
        realuse.when::<Realuse>(USE, Command::Ended(yes())).is_already_so();
        realuse.when::<Realuse>(USE, Command::Ended(Answer::GivenUp)).is_already_so();
    }
}

#[test]
fn r29_who_walks_in_asks_nobody() {
    let mut realuse = walked_in();
    end(&mut realuse).says(["UseEnded"]).with("bookingId", Value::Null).with("realUseEndDtm", "123456");
    assert!(realuse.waits::<Realuse>(USE).is_empty());
    end(&mut realuse).is_already_so();
}
