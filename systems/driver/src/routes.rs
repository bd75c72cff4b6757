//! How the driver system is reached: paths and fields, and the command behind each method.

mod drivers;

use crate::Settings;
use crate::customer::Customer;
use crate::driverassign::{self, Driverassign};
use crate::drivercall::{self, Drivercall};
use crate::drivermanage::{self, Drivermanage};
use crate::events::{CALL_CANCELLED, DrivingType, ORDER_CANCELLED, Point, Wish};
use drivers::drivers;
use kernel::prelude::*;

/// The highest expected fare in won: far above any real one.
const COST_MAX: i64 = 1_000_000_000;

fn wish_fields() -> [Field; 6] {
    [
        Field::text("tel", "The customer's telephone, where messages go.").required(),
        Field::text("location", "Where the car is, in words: a district or quarter of Seoul is understood."),
        Field::count("cost", COST_MAX, "The expected fare, in won."),
        Field::text("drivingType", "The gearbox of the car: 자동 (automatic, the default) or 수동 (manual)."),
        Field::decimal("lat", -90, 90, "Where the car is, in degrees; with lng."),
        Field::decimal("lng", -180, 180, "Where the car is, in degrees; with lat."),
    ]
}

fn driver_fields() -> [Field; 3] {
    [
        Field::text("driverid", "The driver's number.").read_only(),
        Field::text("driver", "Who comes.").read_only(),
        Field::text("drivertel", "The driver's telephone.").read_only(),
    ]
}

fn reason() -> Field {
    Field::text("reason", "Why the system ended it; none: the customer did.").read_only()
}

fn bad(field: &'static str, english: &str, korean: &str) -> Problem {
    Problem::new(400, "bad-field", english, korean).field(field)
}

/// A place is said with both angles, or not at all.
fn point(fields: &Body) -> Result<Option<Point>, Problem> {
    match (fields.decimal("lat"), fields.decimal("lng")) {
        (Some(lat), Some(lng)) => Ok(Some(Point::of(lat, lng))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(Problem::missing("lng")),
        (None, Some(_)) => Err(Problem::missing("lat")),
    }
}

fn wish(asked: &Asked<'_>) -> Result<Wish, Problem> {
    let fields = asked.fields;
    let driving_type = match fields.text("drivingType") {
        None => DrivingType::default(),
        Some(word) => DrivingType::of_word(word).ok_or_else(|| {
            bad(
                "drivingType",
                "Field drivingType must be 자동 or 수동.",
                "drivingType 값은 자동 또는 수동이어야 합니다.",
            )
        })?,
    };
    let (tel, location, cost) = (asked.need_text("tel")?, fields.owned("location"), fields.whole("cost"));
    Ok(Wish { tel, location, cost, driving_type, at: point(fields)? })
}

pub(crate) fn drivercall(settings: &Settings) -> [Resource; 1] {
    let sleep = settings.sleep;
    let correct = |asked: &Asked<'_>| {
        let fields = asked.fields.only(&["tel", "location", "cost", "drivingType", "lat", "lng", "status"]);
        Deed::new::<Drivercall>(Target::Id(asked.path_id()), drivercall::Command::Correct(fields))
    };
    [Resource::of::<Drivercall>("drivercall", "drivercalls", "Calls of customers for a driver.")
        .fields(wish_fields())
        .fields([Field::text(
            "status",
            "호출, 호출중, 호출확정, 운행종료, 호출취소. Ignored in a new call; afterwards it cannot be changed, and only \
             what is so already is accepted. To cancel, delete the call.",
        )])
        .fields(driver_fields())
        .fields([reason()])
        .on(Method::Post, move |asked| {
            let deed = Deed::new::<Drivercall>(Target::New, drivercall::Command::Call(wish(asked)?))?;
            Ok(deed.after(sleep))
        })
        .on(Method::Put, correct)
        .on(Method::Patch, correct)
        .on(Method::Delete, |asked| {
            Deed::new::<Drivercall>(Target::Id(asked.path_id()), drivercall::Command::Cancel)
        })]
}

/// The number of the call, which the source document writes as text.
fn order_id(asked: &Asked<'_>) -> Result<Id, Problem> {
    let text = asked.need_text("orderId")?;
    let number = text.parse().ok().filter(|number: &u64| *number > 0 && i64::try_from(*number).is_ok());
    number.map(Id).ok_or_else(|| {
        bad("orderId", "Field orderId must be the number of a call.", "orderId 값은 호출 번호여야 합니다.")
    })
}

fn withdraws(asked: &Asked<'_>) -> bool {
    matches!(asked.fields.text("status"), Some(CALL_CANCELLED | ORDER_CANCELLED))
}

pub(crate) fn drivermanage() -> [Resource; 1] {
    let change = |asked: &Asked<'_>| {
        let command = if withdraws(asked) {
            drivermanage::Command::Withdraw
        } else {
            let names = ["orderId", "tel", "location", "cost", "drivingType", "lat", "lng", "status"];
            drivermanage::Command::Correct(asked.fields.only(&names))
        };
        Deed::new::<Drivermanage>(Target::Id(asked.path_id()), command)
    };
    [Resource::of::<Drivermanage>(
        "drivermanage",
        "drivermanages",
        "Orders of drivers, as the management has them.",
    )
    .fields([Field::text(
        "orderId",
        "The call it belongs to, and its own number. The telephone desk's own orders have 1000000000 or higher.",
    )
    .required()])
    .fields(wish_fields().map(|field| Field { required: false, ..field }))
    .fields([Field::text(
        "status",
        "호출중, 대리기사호출확정, 운행종료, 대리기사호출취소. Write 호출취소 to cancel; apart from that, a new order \
         ignores it, and afterwards only what is so already is accepted.",
    )])
    .fields(driver_fields())
    .fields([reason()])
    .on(Method::Post, |asked| {
        let id = order_id(asked)?;
        let command = match asked.caller {
            Caller::Service(_) => drivermanage::Command::Note(wish(asked)?),
            Caller::Person if withdraws(asked) => drivermanage::Command::Withdraw,
            Caller::Person => drivermanage::Command::Order(wish(asked)?),
        };
        Deed::new::<Drivermanage>(Target::Id(id), command)
    })
    .internal(Method::Post, "void", |asked| {
        Deed::new::<Drivermanage>(Target::Id(order_id(asked)?), drivermanage::Command::Void)
    })
    .on(Method::Put, change)
    .on(Method::Patch, change)]
}

pub(crate) fn driverassign() -> [Resource; 2] {
    let change = |asked: &Asked<'_>| {
        let command = driverassign::Command::Change(asked.fields.owned("status"));
        Deed::new::<Driverassign>(Target::Id(asked.path_id()), command)
    };
    let assigns = Resource::of::<Driverassign>("driverassign", "driverassigns", "Who drives for which call.")
        .fields([Field::id("orderId", "The call it belongs to, and its own number.").read_only()])
        .fields(wish_fields().map(Field::read_only).map(|field| Field { required: false, ..field }))
        .fields([Field::text(
            "status",
            "대리기사할당대기, 대리기사할당됨, 운행종료, 대리할당취소; write 운행종료 when the trip is over.",
        )])
        .fields(driver_fields())
        .fields([
            Field::id("driverNo", "Of /drivers.").read_only(),
            Field::list("candidates", "Who was looked at, and why the others were passed over."),
            reason(),
        ])
        .on(Method::Put, change)
        .on(Method::Patch, change);
    [assigns, drivers()]
}

pub(crate) fn customer() -> [Resource; 1] {
    [Resource::view::<Customer>("customer", "customers", "Each call as its customer sees it.")
        .fields([Field::id("orderId", "The call, and the row's own number.").read_only()])
        .fields(wish_fields().map(Field::read_only).map(|field| Field { required: false, ..field }))
        .fields([Field::text("status", "호출, 호출중, 호출확정, 운행종료, 호출취소.").read_only()])
        .fields(driver_fields())
        .fields([
            Field::flag("confirmed", "Whether a driver comes, or came.").read_only(),
            reason(),
            Field::list("messages", "What the customer was told: time, channel, text."),
        ])
        .finder("findByTel", "tel", "tel")]
}
