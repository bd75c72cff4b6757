//! The rules of the meeting rooms, service by service: every command in every state that matters, each event twice, and
//! the races of its flows. Numbers in names are the requirements of the source document.

mod audit;
mod booking;
mod confirm;
mod notification;
mod realuse;
mod shape;
mod times;
mod views;

use kernel::{Answer, Body, Id, Time};
use room::events::{self, Approval, Details, Event, Reason, Times};
use room::{Settings, system};
use serde_json::{Value, json};
use testkit::given::Given;

/// The booking that most stories are about.
const N: Id = Id(7);
/// Half past nine of that day in Seoul, when 2026 is a day old.
const START: Time = Time(1_767_225_600_000 + 24 * 3_600_000 + 1_800_000);

fn service(name: &str) -> Given {
    Given::service(system(Settings::default()), name)
}

/// Settings as an operator writes them.
fn settings(pairs: &'static [(&'static str, &'static str)]) -> Result<Settings, String> {
    let source =
        |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    Settings::read(&kernel::Settings::new(&source)).map_err(|error| error.to_string())
}

fn yes() -> Answer {
    Answer::Done(Body::new())
}

fn no(status: u16, code: &str) -> Answer {
    Answer::Refused { status, code: code.into() }
}

fn details() -> Details {
    Details {
        room_id: Id(1),
        use_start_dtm: "202601020930".into(),
        use_end_dtm: "202601021030".into(),
        booking_user_id: "1111".into(),
    }
}

/// The same as a client writes it.
fn written() -> Value {
    json!({"roomId": 1, "useStartDtm": "202601020930", "useEndDtm": "202601021030", "bookingUserId": "1111"})
}

fn created() -> Event {
    Event::BookingCreated(events::BookingCreated { id: N, details: details() })
}

fn changed(revision: u64, moved: bool) -> Event {
    let details = Details { booking_user_id: format!("user {revision}"), ..details() };
    Event::BookingChanged(events::BookingChanged { id: N, details, revision, moved })
}

fn cancelled(reason: Reason) -> Event {
    Event::BookingCancelled(events::BookingCancelled { id: N, details: details(), reason })
}

fn approval(status: &'static str) -> Approval {
    Approval { id: N, user_id: "1111".into(), status: status.into(), confirm_dtm: None, booking_id: N }
}

fn requested() -> Event {
    Event::ConfirmRequested(events::ConfirmRequested { approval: approval(events::BOOKED) })
}

fn completed(revision: u64) -> Event {
    let approval = approval(events::CONFIRMED);
    Event::ConfirmCompleted(events::ConfirmCompleted { approval, revision })
}

fn denied() -> Event {
    Event::ConfirmDenied(events::ConfirmDenied { approval: approval(events::DENIED) })
}

fn times(booking_id: Option<Id>, end: Option<&str>) -> Times {
    let real_use_end_dtm = end.map(Into::into);
    Times { id: Id(3), booking_id, real_use_start_dtm: Some("1".into()), real_use_end_dtm }
}

fn use_started(booking_id: Option<Id>) -> Event {
    Event::UseStarted(events::UseStarted { times: times(booking_id, None) })
}

fn use_corrected() -> Event {
    let times = Times { real_use_start_dtm: Some("0".into()), ..times(Some(N), None) };
    Event::UseCorrected(events::UseCorrected { times })
}

fn use_ended(booking_id: Option<Id>) -> Event {
    let times = Times { real_use_start_dtm: Some("0".into()), ..times(booking_id, Some("2")) };
    Event::UseEnded(events::UseEnded { times })
}
