//! Paths and fields, and the command behind each method. Data: the gateway and the calls between services read it.

use crate::booking::{Booking, Command};
use kernel::prelude::*;

pub(crate) fn booking() -> [Resource; 1] {
    [Resource::of::<Booking>("booking", "bookings", "Bookings, in somebody's name.")
        .fields([
            Field::text("name", "For whom.").required(),
            Field::text("status", "How far it is.").read_only(),
        ])
        .on(Method::Post, |asked| {
            let name = asked.fields.owned("name").ok_or_else(|| Problem::missing("name"))?;
            Deed::new::<Booking>(Target::New, Command::Book { name })
        })
        .on(Method::Delete, |asked| Deed::new::<Booking>(Target::Id(asked.path_id()), Command::Cancel))]
}
