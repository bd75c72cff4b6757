//! A no says what to do, in both languages.

use crate::*;
use concert::payment::Payment;
use kernel::Method::{Delete, Patch, Post};
use kernel::{Method, Problem};
use serde_json::{Value, json};
use testkit::given::Then;

#[track_caller]
fn no(then: Then) -> Problem {
    then.no.expect("it is refused")
}

/// In an empty service.
fn asked(name: &str, method: Method, path: &str, fields: Value) -> Problem {
    no(service(name).asks(method, path, fields))
}

#[track_caller]
fn says(no: &Problem, path: &str) {
    for text in [&no.english, &no.korean] {
        assert!(text.contains(path), "{path} in {text:?}");
        assert!(text.matches(['.', ';']).count() > 1, "more than that there is none: {text:?}");
    }
}

#[test]
fn c9_whoever_asks_for_what_is_not_there_is_told_where_to_look() {
    let paid = json!({"status": "PaymentApproved"});
    says(&asked("booking", Delete, "/bookings/9", json!({})), "/bookingHistories");
    says(&asked("payment", Patch, "/payments/9", paid), "/bookingHistories");
    says(&asked("payment", Post, "/payments", json!({"bookingId": 9})), "/bookingHistories");
    says(&asked("concert", Patch, "/concerts/9", json!({})), "/concerts");
    says(&asked("user", Delete, "/users/9", json!({})), "/users");
}

#[test]
fn c4_c12_a_silent_provider_has_one_name_in_all_systems() {
    let mut payment = service("payment");
    let fields = json!({"bookingId": 7, "amount": 50_000});
    let _ = payment.service_asks("concert.booking", Post, "/payments", fields);
    let _ = payment.asks(Patch, "/payments/7", json!({"status": "PaymentApproved"}));
    let silent = no(payment.answers::<Payment>(N, "authorize", Answer::GivenUp));
    assert!(silent.korean.starts_with("결제 대행사가 응답하지 않습니다."), "{}", silent.korean);
}
