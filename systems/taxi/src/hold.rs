//! The taxi of one order: held when the manager asks (T12), posted when the reservation says so, given back when the
//! order is over. Kept under the number of the order, beside the count of the taxi in `taxi.rs`.

use crate::Settings;
use crate::events::{
    Event as Language, HoldExpired, HoldRefused, HoldReleased, StockChanged, TaxiHeld, TaxiOutOfStock,
    TaxiPosted, Text,
};
use crate::taxi::{Event, Taxi};
use kernel::prelude::*;
use kernel::stock::{self, Posting, Share, Stage, Taking};

#[derive(Clone, Debug)]
pub enum Command {
    /// Reservation asks for one taxi.
    Take { taxi: Id, attempt: u64, order_type: Option<String> },
    /// Reservation has given up this attempt.
    Release { attempt: u64 },
    /// The reservation has its taxi.
    Post,
    /// The reservation is over.
    Close,
    /// Nobody posted it.
    Expire,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Hold {
    pub ledger: stock::Hold,
    /// Why the newest attempt was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Text>,
}

rejections! {
    pub enum Rejection {
        OutOfTaxis = 409 "out-of-taxis" at "taxiId":
            "This taxi has none left. Name another taxi.", "남은 택시가 없습니다. 다른 택시를 지정하세요.";
        WrongGrade = 409 "wrong-grade" at "taxiId":
            "This taxi is of another grade than was ordered. Name a taxi of the ordered grade.",
            "주문한 등급과 다른 택시입니다. 주문한 등급의 택시를 지정하세요.";
        UnknownTaxi = 409 "unknown-taxi" at "taxiId":
            "There is no such taxi. Name one of the registered taxis.",
            "그런 택시가 없습니다. 등록된 택시를 지정하세요.";
        Over = 409 "attempt-over":
            "This attempt is over. Ask again with a new one.", "이미 끝난 요청입니다. 새로 요청하세요.";
    }
}

impl Aggregate for Hold {
    const KIND: &'static str = "hold";
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        let ledger = own.map(|own| &own.ledger);
        let order_id = cx.id;
        match command {
            Command::Take { taxi, attempt, order_type } => match stock::Hold::taking(ledger, attempt) {
                Taking::New { back } => take(taxi, attempt, order_type.as_deref(), back, cx),
                Taking::Already => already(),
                Taking::Refused => refused(own.map_or(Rejection::OutOfTaxis, Self::refusal)),
                Taking::Over => refused(Rejection::Over),
            },
            Command::Release { attempt } => match stock::Hold::releasing(ledger, attempt) {
                Some(release) => over(release.back, HoldReleased { order_id, attempt: Some(attempt) }, cx),
                None => already(),
            },
            Command::Close => match stock::Hold::closing(ledger) {
                Some(release) => over(release.back, HoldReleased { order_id, attempt: None }, cx),
                None => already(),
            },
            Command::Post => match stock::Hold::posting(ledger) {
                Posting::Post => done([TaxiPosted { order_id }]),
                Posting::Already => already(),
                Posting::Lost(share) => {
                    done([TaxiOutOfStock { id: share.unit, order_id, reason: Some("HOLD_EXPIRED".into()) }])
                }
            },
            Command::Expire => match stock::Hold::expiring(ledger) {
                Some(share) => over(Some(share), HoldExpired { order_id }, cx),
                None => already(),
            },
        }
    }

    fn key(event: &Event) -> Option<Id> {
        match event {
            Event::TaxiOutOfStock(event) => event.reason.as_ref().map(|_| event.order_id),
            _ => number_in!(event, Event {
                order_id: TaxiHeld, TaxiPosted, HoldRefused, HoldReleased, HoldExpired; ..
            }),
        }
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        let attempt = own.as_ref().map_or(0, |own| own.ledger.attempt);
        let live = own.as_ref().and_then(|own| own.ledger.live());
        let ledger = |attempt, stage| Some(Self { ledger: stock::Hold { attempt, stage }, code: None });
        match event {
            Event::TaxiHeld(event) => {
                let share = Share { unit: event.taxi_id, quantity: 1 };
                ledger(event.attempt, Stage::Held { share, until: event.until })
            }
            Event::TaxiPosted(_) => live.and_then(|share| ledger(attempt, Stage::Posted { share })),
            Event::HoldExpired(_) => live.and_then(|share| ledger(attempt, Stage::Expired { share })),
            Event::HoldRefused(event) => {
                let refused = stock::Hold { attempt: event.attempt, stage: Stage::Refused };
                Some(Self { ledger: refused, code: Some(event.code.clone()) })
            }
            Event::HoldReleased(event) => match event.attempt {
                Some(attempt) => ledger(attempt, Stage::Released),
                None => ledger(attempt, Stage::Closed),
            },
            // Said once that what expired cannot be kept: the booking is over here.
            Event::TaxiOutOfStock(_) => ledger(attempt, Stage::Closed),
            Event::TaxiRegistered(_) | Event::TaxiChanged(_) | Event::StockChanged(_) => own,
        }
    }

    fn waits(&self, _: Id) -> Vec<Wait<Command>> {
        match self.ledger.stage {
            Stage::Held { until, .. } => vec![Wait::Timer { due: until, command: Command::Expire }],
            Stage::Posted { .. }
            | Stage::Released
            | Stage::Expired { .. }
            | Stage::Refused
            | Stage::Closed => Vec::new(),
        }
    }

    fn body(&self, _: Id) -> Option<Body> {
        None
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::ReserveAccepted(said) if said.taxi_id.is_some() => vec![(said.order_id, Command::Post)],
            Language::ReserveCanceled(said) if said.taxi_id.is_some() => {
                vec![(said.order_id, Command::Close)]
            }
            _ => Vec::new(),
        }
    }
}

impl Hold {
    /// What the newest attempt was told.
    fn refusal(&self) -> Rejection {
        self.code.as_deref().and_then(Rejection::of_code).unwrap_or(Rejection::OutOfTaxis)
    }
}

fn take(taxi: Id, attempt: u64, order_type: Option<&str>, back: Option<Share>, cx: &Cx<'_>) -> Outcome<Hold> {
    let order_id = cx.id;
    let offer = cx.read::<Taxi>(taxi)?;
    // What an earlier attempt held goes back first, and may be this very taxi.
    let mut events: Vec<Event> = give_back(back, cx)?.into_iter().collect();
    let returned = back.filter(|back| back.unit == taxi).map_or(0, |back| back.quantity);
    let no = match offer {
        None => Rejection::UnknownTaxi,
        Some(offer) if offer.order_type.is_some() && offer.order_type.as_deref() != order_type => {
            Rejection::WrongGrade
        }
        Some(offer) => {
            let mut stock = offer.stock;
            stock.moved(stock.free + returned);
            if let Some(stock_cnt) = stock.less(1) {
                let until = cx.now + cx.settings::<Settings>().hold_kept;
                events.push(StockChanged { id: taxi, stock_cnt, order_id: Some(order_id) }.into());
                events.push(TaxiHeld { order_id, taxi_id: taxi, attempt, until }.into());
                return done(events);
            }
            events.push(TaxiOutOfStock { id: taxi, order_id, reason: None }.into());
            Rejection::OutOfTaxis
        }
    };
    events.push(HoldRefused { order_id, attempt, code: no.code().into() }.into());
    done_but(events, no)
}

/// The end of an attempt, and of what it held.
fn over(back: Option<Share>, told: impl Into<Event>, cx: &Cx<'_>) -> Outcome<Hold> {
    done(give_back(back, cx)?.into_iter().chain([told.into()]))
}

/// The taxi's count with a share given back.
fn give_back(back: Option<Share>, cx: &Cx<'_>) -> Result<Option<Event>, Need> {
    let Some(share) = back else { return Ok(None) };
    let taxi = cx.read::<Taxi>(share.unit)?;
    Ok(taxi.map(|taxi| {
        let stock_cnt = taxi.stock.free + share.quantity;
        StockChanged { id: share.unit, stock_cnt, order_id: Some(cx.id) }.into()
    }))
}
