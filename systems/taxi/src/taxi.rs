//! A taxi offer: so many cars of one name, company and grade. Registered by the driver (T11); how many are free
//! changes with each hold (T12, `hold.rs`) and when the company says so.

use crate::events::{
    Event as Language, HoldExpired, HoldRefused, HoldReleased, StockChanged, TaxiChanged, TaxiHeld,
    TaxiOutOfStock, TaxiPosted, TaxiRegistered,
};
use kernel::prelude::*;
use kernel::stock::Count;

#[derive(Clone, Debug)]
pub enum Command {
    Register(Offer),
    Change(Change),
}

/// What a company offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub taxi_name: String,
    pub company_name: Option<String>,
    /// None: any grade.
    pub order_type: Option<String>,
    pub item_price: Option<i64>,
    #[serde(default)]
    pub stock_cnt: i64,
}

/// Fields that were sent.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub taxi_name: Option<String>,
    pub company_name: Option<String>,
    pub order_type: Option<String>,
    pub item_price: Option<i64>,
    pub stock_cnt: Option<i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Taxi {
    pub taxi_name: String,
    pub company_name: Option<String>,
    pub order_type: Option<String>,
    pub item_price: Option<i64>,
    pub stock: Count,
}

messages! {
    pub enum Event of Language {
        inner { TaxiChanged, TaxiHeld, TaxiPosted, HoldRefused, HoldReleased, HoldExpired }
        public { TaxiRegistered, StockChanged, TaxiOutOfStock }
    }
}

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found":
            "There is no such taxi.", "그런 택시가 없습니다.";
        GradeFixed = 409 "grade-fixed" at "orderType":
            "The grade of a registered taxi stays. Register another taxi.",
            "등록된 택시의 등급은 바꿀 수 없습니다. 다른 택시로 등록하세요.";
    }
}

impl Aggregate for Taxi {
    const KIND: &'static str = "taxi";
    const OF_BOOKING: bool = false;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        match (own, command) {
            (None, Command::Register(offer)) => {
                let Offer { taxi_name, company_name, order_type, item_price, stock_cnt } = offer;
                let id = cx.id;
                let told = TaxiRegistered { id, taxi_name, company_name, order_type, stock_cnt, item_price };
                done([told])
            }
            (Some(_), Command::Register(_)) => already(),
            (None, Command::Change(_)) => refused(Rejection::NotFound),
            (Some(own), Command::Change(change)) => own.change(change, cx.id),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event {
            id: TaxiRegistered, TaxiChanged, StockChanged, TaxiOutOfStock; ..
        })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        match (own, event) {
            (_, Event::TaxiRegistered(event)) => Some(Self {
                taxi_name: event.taxi_name.clone(),
                company_name: event.company_name.clone(),
                order_type: event.order_type.clone(),
                item_price: event.item_price,
                stock: Count::of(event.stock_cnt),
            }),
            (Some(mut own), Event::TaxiChanged(event)) => {
                own.taxi_name.clone_from(&event.taxi_name);
                own.company_name.clone_from(&event.company_name);
                own.item_price = event.item_price;
                Some(own)
            }
            (Some(mut own), Event::StockChanged(event)) => {
                match event.order_id {
                    Some(_) => own.stock.moved(event.stock_cnt),
                    None => own.stock.adjusted(event.stock_cnt),
                }
                Some(own)
            }
            (own, _) => own,
        }
    }

    fn body(&self, _: Id) -> Option<Body> {
        Some(
            Body::new()
                .with("taxiName", self.taxi_name.as_str())
                .with("companyName", self.company_name.as_deref())
                .with("orderType", self.order_type.as_deref())
                .with("stockCnt", self.stock.free)
                .with("itemPrice", self.item_price),
        )
    }
}

impl Taxi {
    fn change(&self, change: Change, id: Id) -> Outcome<Self> {
        let Change { taxi_name, company_name, order_type, item_price, stock_cnt } = change;
        if order_type.is_some() && order_type != self.order_type {
            return refused(Rejection::GradeFixed);
        }
        let taxi_name = taxi_name.unwrap_or_else(|| self.taxi_name.clone());
        let company_name = company_name.or_else(|| self.company_name.clone());
        let item_price = item_price.or(self.item_price);
        let same =
            (&taxi_name, &company_name, item_price) == (&self.taxi_name, &self.company_name, self.item_price);
        let words = TaxiChanged { id, taxi_name, company_name, item_price };
        let words = (!same).then(|| Event::from(words));
        let stock = stock_cnt
            .filter(|count| *count != self.stock.free)
            .map(|stock_cnt| Event::from(StockChanged { id, stock_cnt, order_id: None }));
        done(words.into_iter().chain(stock))
    }
}
