//! The notifier of an installation that has no channel to people: what is recorded counts as told, and
//! `holdfast notices` shows it. Notices that leave over HTTP are `outbound-http`'s, whose technology they use.

use engine::ports::{Answered, OutboundCall, Port};
use kernel::{Answer, Body, Method};

/// Takes every notice at once: its record in the log is the delivery.
#[derive(Clone, Copy, Debug, Default)]
pub struct Local;

impl Port for Local {
    fn ask(&self, call: OutboundCall, answered: Answered) {
        let known = call.request.method == Method::Post && call.request.path == "/notices";
        answered(Some(if known {
            Answer::Done(Body::new())
        } else {
            Answer::Refused { status: 404, code: "unknown-operation".into() }
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Request;
    use serde_json::json;
    use std::sync::mpsc;

    #[track_caller]
    fn ask(path: &str) -> Option<Answer> {
        let notice =
            json!([{"number": 1, "to": "010-1234-5678", "channel": "sms", "text": "Taxi confirmed"}]);
        let (told, hears) = mpsc::channel();
        let call = OutboundCall {
            key: "taxi.notification/7/notice/1".into(),
            from: "taxi.notification".into(),
            to: "notifier".into(),
            request: Request::post(path, Body::new().with("notices", notice)),
            tries: 0,
        };
        Local.ask(call, Box::new(move |answer| told.send(answer).unwrap()));
        hears.try_recv().expect("answered before ask returns")
    }

    #[test]
    fn a_recorded_notice_is_a_delivered_one() {
        assert_eq!(ask("/notices"), Some(Answer::Done(Body::new())));
    }

    #[test]
    fn anything_else_is_refused() {
        let refused = Answer::Refused { status: 404, code: "unknown-operation".into() };
        assert_eq!(ask("/letters"), Some(refused));
    }
}
