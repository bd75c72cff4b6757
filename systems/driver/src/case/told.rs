//! What a customer is told at each turn of a call, in words for people. The case records it, the view shows it.

use crate::events::{CALLING, Event, NO_ANSWER, NO_DRIVER, Text};
use kernel::prelude::*;

/// How it travels.
pub const KAKAOTALK: &str = "kakaotalk";

/// What an event means to whoever called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// Whom to tell, if the event says so.
    pub to: Option<String>,
    pub turn: Turn,
}

/// The higher rank counts: what comes late and is no longer true is not told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It is known whom to tell.
    Open,
    /// From now on nothing of a lower rank is told.
    Hush(u8),
    Say(u8, Text),
}

const PASSED_ON: u8 = 1;
const ASSIGNED: u8 = 2;
/// The customer has canceled; told when the assignment is.
const CANCELLING: u8 = 3;
const FINISHED: u8 = 4;
const CANCELLED: u8 = 5;

/// Which call an event is about, and what it means to its customer.
pub fn telling(heard: &Event) -> Option<(Id, Telling)> {
    let (id, to, turn) = match heard {
        Event::Drivercalled(said) => (said.id, Some(&said.wish.tel), Turn::Open),
        Event::DrivermanageAssigned(said) if said.status == CALLING => {
            let text =
                format!("[대리운전] 호출 {}번이 접수되었습니다. 가까운 기사를 찾고 있습니다.", said.id);
            (said.id, Some(&said.wish.tel), Turn::Say(PASSED_ON, text.into()))
        }
        Event::DriverassignCompleted(said) => {
            let (id, who) = (said.id, &said.driver);
            let (driver, number, tel) = (&who.driver, &who.driverid, &who.drivertel);
            let text = format!("[대리운전] 호출 {id}번에 {driver} 기사({number}, {tel})가 배정되었습니다.");
            (id, Some(&said.wish.tel), Turn::Say(ASSIGNED, text.into()))
        }
        Event::DriverassignFinished(said) => {
            let text =
                format!("[대리운전] 호출 {}번의 운행이 종료되었습니다. 이용해 주셔서 감사합니다.", said.id);
            (said.id, Some(&said.tel), Turn::Say(FINISHED, text.into()))
        }
        Event::DrivercallCancelled(said) => {
            let turn = match said.reason.as_deref() {
                None => Turn::Hush(CANCELLING),
                Some(reason) => Turn::Say(CANCELLED, ended(said.id, Some(reason))),
            };
            (said.id, Some(&said.tel), turn)
        }
        Event::DriverassignCancelled(said) => {
            let text = ended(said.id, said.reason.as_deref());
            (said.id, said.tel.as_ref(), Turn::Say(CANCELLED, text))
        }
        Event::DrivermanageAssigned(_) | Event::DrivermanageCancelled(_) => return None,
    };
    Some((id, Telling { to: to.cloned(), turn }))
}

fn ended(id: Id, reason: Option<&str>) -> Text {
    let text = match reason {
        None => format!("[대리운전] 호출 {id}번이 취소되었습니다."),
        Some(NO_DRIVER) => {
            format!(
                "[대리운전] 지금 갈 수 있는 기사가 없어 호출 {id}번이 취소되었습니다. 잠시 후 다시 호출해 주세요."
            )
        }
        Some(NO_ANSWER) => {
            format!("[대리운전] 배정을 확인하지 못해 호출 {id}번이 취소되었습니다. 다시 호출해 주세요.")
        }
        Some(_) => format!("[대리운전] 호출 {id}번을 처리할 수 없어 취소되었습니다. 다시 호출해 주세요."),
    };
    text.into()
}
