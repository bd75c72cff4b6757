//! A shop: orders that decide, goods that services hold, and two views.

use kernel::prelude::*;
use kernel::{Service, System};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Happened {}

kernel::messages! { pub enum Event { Happened } }

/// What the door made of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    pub verb: &'static str,
    pub id: Option<Id>,
    pub fields: Body,
    /// The service that asked.
    pub by: Option<String>,
}

macro_rules! document {
    ($Name:ident, $kind:literal) => {
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub struct $Name {}

        impl Aggregate for $Name {
            const KIND: &'static str = $kind;
            type Command = Wish;
            type Event = Event;
            type Rejection = core::convert::Infallible;

            fn decide(_: Option<&Self>, _: Wish, _: &Cx<'_>) -> Outcome<Self> {
                already()
            }
            fn key(_: &Event) -> Option<Id> {
                None
            }
            fn evolve(own: Option<Self>, _: &Event) -> Option<Self> {
                own
            }
            fn body(&self, _: Id) -> Option<Body> {
                None
            }
        }
    };
}

document!(Order, "order");
document!(Good, "good");
document!(Hold, "hold");

macro_rules! view {
    ($Name:ident, $kind:literal) => {
        #[derive(Clone, Debug, Default, Serialize, Deserialize)]
        pub struct $Name {}

        impl View for $Name {
            const KIND: &'static str = $kind;
            type Heard = Event;
            fn row(_: &Event) -> Option<Id> {
                None
            }
            fn project(&mut self, _: &Event, _: &Meta) {}
            fn body(&self) -> Option<Body> {
                None
            }
        }
    };
}

view!(Mypage, "mypage");
view!(Board, "board");

fn wish(verb: &'static str, asked: &Asked<'_>) -> Wish {
    let by = match asked.caller {
        Caller::Person => None,
        Caller::Service(name) => Some(name.to_owned()),
    };
    Wish { verb, id: asked.id, fields: asked.fields.clone(), by }
}

fn on_path<A: Aggregate<Command = Wish>>(verb: &'static str, asked: &Asked<'_>) -> Result<Deed, Problem> {
    Deed::new::<A>(Target::Id(asked.path_id()), wish(verb, asked))
}

fn orders() -> Resource {
    Resource::of::<Order>("order", "orders", "What was ordered.")
        .fields([
            Field::text("name", "Who ordered.").required(),
            Field { kind: FieldKind::Text { max: 10 }, ..Field::text("orderType", "Grade.").alias("grade") },
            Field::count("qty", 1_000, "How many."),
            Field::id("goodId", "The good."),
            Field::card("cardNo", "The card that pays."),
            Field::text("status", "Where it is.").read_only(),
        ])
        .on(Method::Post, |asked| {
            assert!(asked.fields.text("name") != Some("panic"), "a test wants this handler to panic");
            Deed::new::<Order>(Target::New, wish("place", asked))
        })
        .on(Method::Put, |asked| on_path::<Order>("replace", asked))
        .on(Method::Patch, |asked| on_path::<Order>("change", asked))
        .on(Method::Delete, |asked| on_path::<Order>("cancel", asked))
        .internal(Method::Post, "void", |asked| {
            Deed::new::<Order>(Target::Id(asked.need_id("orderId")?), wish("void", asked))
        })
        .finder("findByName", "name", "name")
}

fn goods() -> Resource {
    Resource::of::<Good>("good", "goods", "What there is.")
        .fields([
            Field::text("title", "").required(),
            Field::count("stockCnt", i64::MAX, ""),
            Field::decimal("lat", -90, 90, ""),
            Field::flag("sold", ""),
            Field::list("offers", ""),
        ])
        .on(Method::Post, |asked| Deed::new::<Good>(Target::New, wish("register", asked)))
        .internal(Method::Post, "{id}/holds", |asked| on_path::<Hold>("hold", asked))
}

fn mypages() -> Resource {
    Resource::view::<Mypage>("mypage", "mypages", "")
        .fields([Field::id("orderId", ""), Field::text("name", ""), Field::text("status", "")])
        .finder("findByOrderId", "id", "orderId")
        .finder("findByName", "name", "name")
}

fn boards() -> Resource {
    Resource::view::<Board>("board", "boards", "")
        .fields([Field::id("goodId", ""), Field::text("state", "")])
        .paged()
        .finder_of_one("findByGoodId", "GoodId", "goodId")
}

pub fn shop() -> System {
    System::new("shop", "The shop", ())
        .service(Service::of::<Event>("order", 8081).holds::<Order>().serves([orders()]).text(
            "/env",
            "Its environment.",
            "DB IP : null".into(),
        ))
        .service(Service::of::<Event>("stock", 8082).holds::<Good>().holds::<Hold>().serves([goods()]))
        .service(
            Service::of::<Event>("page", 8083)
                .shows::<Mypage>()
                .shows::<Board>()
                .serves([mypages(), boards()]),
        )
}
