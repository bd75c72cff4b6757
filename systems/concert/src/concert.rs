//! A concert: so many tickets at one price. Registered by the administrator (C1); how many are left changes with each
//! booking that takes tickets or gives them back (`allocation.rs`), and when the administrator says so.

use crate::Settings;
use crate::events::{
    ConcertRegistered, ConcertRemoved, Event as Language, TicketRejected, TicketUpdated, TicketsReleased,
    TicketsTaken,
};
use kernel::prelude::*;
use kernel::stock::Count;

#[derive(Clone, Debug)]
pub enum Command {
    Register {
        name: String,
        ticket_qty: i64,
        price: Option<Money>,
    },
    /// Fields that were sent.
    Change {
        name: Option<String>,
        ticket_qty: Option<i64>,
        price: Option<Money>,
    },
    Remove,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Concert {
    pub name: String,
    pub price: Money,
    pub tickets: Count,
    /// Grows with each change.
    pub version: u64,
    /// Gone, and its number is never given again.
    #[serde(default)]
    pub removed: bool,
}

messages! {
    pub enum Event of Language {
        inner { ConcertRemoved, TicketsTaken, TicketsReleased }
        public { ConcertRegistered, TicketUpdated, TicketRejected }
    }
}

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found":
            "There is no such concert. See /concerts for those on sale.",
            "그런 콘서트가 없습니다. 판매 중인 콘서트는 /concerts에서 확인하세요.";
        PriceFixed = 409 "price-fixed" at "price":
            "The price of a registered concert stays: tickets are sold at it. Register another concert.",
            "등록된 콘서트의 가격은 바꿀 수 없습니다. 다른 콘서트로 등록하세요.";
        TicketsSold = 409 "tickets-sold":
            "Tickets of this concert are sold. Cancel their bookings first.",
            "이미 판매된 티켓이 있습니다. 먼저 예약을 취소하세요.";
    }
}

impl Aggregate for Concert {
    const KIND: &'static str = "concert";
    const OF_BOOKING: bool = false;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        let id = cx.id;
        match (own.filter(|own| !own.removed), command) {
            (None, Command::Register { name, ticket_qty, price }) if own.is_none() => {
                let price = price.unwrap_or(cx.settings::<Settings>().price);
                done([ConcertRegistered { id, name, ticket_qty, price }])
            }
            (_, Command::Register { .. }) => already(),
            (None, Command::Change { .. } | Command::Remove) => refused(Rejection::NotFound),
            (Some(own), Command::Change { price: Some(price), .. }) if price != own.price => {
                refused(Rejection::PriceFixed)
            }
            (Some(own), Command::Change { name, ticket_qty, .. }) => {
                let name = name.unwrap_or_else(|| own.name.clone());
                let left = ticket_qty.unwrap_or(own.tickets.free);
                if (&name, left) == (&own.name, own.tickets.free) {
                    return already();
                }
                done([TicketUpdated { name, ..own.updated(id, left, None) }])
            }
            (Some(own), Command::Remove) if own.tickets.total > own.tickets.free => {
                refused(Rejection::TicketsSold)
            }
            // Whoever keeps a copy hears that it is gone.
            (Some(own), Command::Remove) => {
                let gone = TicketUpdated { removed: true, ..own.updated(id, 0, None) };
                done([Event::from(gone), ConcertRemoved { id }.into()])
            }
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event { id: ConcertRegistered, TicketUpdated, ConcertRemoved; .. })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        match (own, event) {
            (_, Event::ConcertRegistered(event)) => Some(Self {
                name: event.name.clone(),
                price: event.price,
                tickets: Count::of(event.ticket_qty),
                version: 0,
                removed: false,
            }),
            (Some(mut own), Event::TicketUpdated(event)) => {
                own.name.clone_from(&event.name);
                own.version = event.version;
                match event.booking_id {
                    Some(_) => own.tickets.moved(event.ticket_qty),
                    None => own.tickets.adjusted(event.ticket_qty),
                }
                Some(own)
            }
            (Some(own), Event::ConcertRemoved(_)) => Some(Self { removed: true, ..own }),
            (own, _) => own,
        }
    }

    fn body(&self, _: Id) -> Option<Body> {
        let body = Body::new().with("name", self.name.as_str()).with("ticketQty", self.tickets.free);
        (!self.removed).then(|| body.with("price", self.price.0))
    }
}

impl Concert {
    /// So many are left now. `booking`: took them, or gave them back.
    pub fn updated(&self, id: Id, left: i64, booking: Option<Id>) -> TicketUpdated {
        let (name, version) = (self.name.clone(), self.version + 1);
        let Self { price, removed, .. } = *self;
        TicketUpdated { id, name, ticket_qty: left, price, version, booking_id: booking, removed }
    }
}
