//! How the meeting rooms are reached: paths and fields, and the command behind each method. Messages and views are only
//! shown, and requests for approval are opened by bookings alone, so these have no POST.

use crate::booking::{self, Booking};
use crate::booking_list::BookingList;
use crate::confirm::{self, Confirm, Review};
use crate::events::{Details, Reason};
use crate::notification::Notification;
use crate::realuse::{self, Realuse};
use crate::room_use_list::RoomUseList;
use kernel::prelude::*;

pub(crate) fn booking() -> [Resource; 1] {
    let change = |asked: &Asked<'_>| {
        let change = booking::Change {
            room_id: asked.fields.id("roomId"),
            use_start_dtm: asked.said("useStartDtm")?,
            use_end_dtm: asked.said("useEndDtm")?,
            booking_user_id: asked.said("bookingUserId")?,
        };
        Deed::new::<Booking>(Target::Id(asked.path_id()), booking::Command::Change(change))
    };
    [Resource::of::<Booking>("booking", "bookings", "Bookings of rooms; no two of a room meet.")
        .fields([
            Field::id("roomId", "The room.").required(),
            Field::text("useStartDtm", "From when: 202008240930, with seconds, or with its offset.")
                .required(),
            Field::text("useEndDtm", "Until when; the next booking may begin then.").required(),
            Field::text("bookingUserId", "Who books, and gets the messages.").required(),
            Field::text("reason", "Why the system ended it.").internal(),
        ])
        .on(Method::Post, |asked| {
            let details = Details {
                room_id: asked.need_id("roomId")?,
                use_start_dtm: asked.need_text("useStartDtm")?,
                use_end_dtm: asked.need_text("useEndDtm")?,
                booking_user_id: asked.need_text("bookingUserId")?,
            };
            Deed::new::<Booking>(Target::New, booking::Command::Book(details))
        })
        .on(Method::Put, change)
        .on(Method::Patch, change)
        .on(Method::Delete, |asked| {
            let reason = match asked.by_service() {
                false => Reason::User,
                true => {
                    let reason = asked.fields.text("reason").and_then(Reason::of_service);
                    reason.ok_or_else(|| Problem::missing("reason"))?
                }
            };
            Deed::new::<Booking>(Target::Id(asked.path_id()), booking::Command::Cancel(reason))
        })]
}

pub(crate) fn confirm() -> [Resource; 1] {
    [Resource::of::<Confirm>("confirm", "confirms", "Bookings that the administrator approves or denies.")
        .fields([
            Field::text("userId", "Who booked.").read_only(),
            Field::text("status", "BOOKED; write CONFIRMED or DENIED."),
            Field::text("confirmDtm", "When it was decided, in the administrator's words."),
            Field::id("bookingId", "The booking, and its own number.").read_only(),
        ])
        .on(Method::Patch, |asked| {
            let review = Review { status: asked.said("status")?, confirm_dtm: asked.said("confirmDtm")? };
            Deed::new::<Confirm>(Target::Id(asked.path_id()), confirm::Command::Review(review))
        })]
}

pub(crate) fn notification() -> [Resource; 1] {
    [Resource::of::<Notification>("notification", "notifications", "Messages to people.").fields([
        Field::text("userId", "Who gets it.").read_only(),
        Field::text("contents", "What it says.").read_only(),
        Field::text("sendDtm", "When it was sent, in UTC; until then, when it was written.").read_only(),
    ])]
}

pub(crate) fn realuse() -> [Resource; 1] {
    [Resource::of::<Realuse>("realuse", "realuses", "Uses of rooms, with a booking or without.")
        .fields([
            Field::id("bookingId", "The booking; none: somebody walked in."),
            Field::text("realUseStartDtm", "When it began, in the user's words."),
            Field::text(
                "realUseEndDtm",
                "When it ended: PATCH it to end the use and its booking. A POST has none.",
            ),
        ])
        .on(Method::Post, |asked| {
            if asked.fields.text("realUseEndDtm").is_some() {
                return Err(realuse::Rejection::EndsLater.problem());
            }
            let (booking_id, start) = (asked.fields.id("bookingId"), asked.said("realUseStartDtm")?);
            Deed::new::<Realuse>(Target::New, realuse::Command::Start { booking_id, start })
        })
        .on(Method::Patch, |asked| {
            let change = realuse::Change {
                booking_id: asked.fields.id("bookingId"),
                start: asked.said("realUseStartDtm")?,
                end: asked.said("realUseEndDtm")?,
            };
            Deed::new::<Realuse>(Target::Id(asked.path_id()), realuse::Command::Change(change))
        })]
}

pub(crate) fn booking_list() -> [Resource; 1] {
    [Resource::view::<BookingList>("bookingList", "bookingLists", "Each booking with its approval.")
        .fields([
            Field::id("bookingId", "The booking, and the row's own number.").read_only(),
            Field::id("confirmId", "What the administrator decided.").read_only(),
            Field::text("bookingUserId", "Who booked.").read_only(),
            Field::text("bookingDtm", "When it was booked, in UTC.").read_only(),
            Field::id("roomId", "The room.").read_only(),
            Field::text("useStartDtm", "From when.").read_only(),
            Field::text("useEndDtm", "Until when.").read_only(),
            Field::text("confirmStatus", "CONFIRMED or DENIED; none: not decided yet.").read_only(),
            Field::text("confirmUserId", "Who booked, as the confirm has it.").read_only(),
            Field::text("confirmDtm", "When it was decided, in UTC.").read_only(),
        ])
        .finder("findByBookingId", "bookingId", "bookingId")]
}

pub(crate) fn room_use_list() -> [Resource; 1] {
    [Resource::view::<RoomUseList>("roomUseList", "roomUseLists", "Booked times beside real ones.")
        .fields([
            Field::id("bookingId", "The booking, and the row's own number.").read_only(),
            Field::id("roomId", "The room.").read_only(),
            Field::text("bookingUserId", "Who booked.").read_only(),
            Field::text("bookedUseStartDtm", "From when it was booked.").read_only(),
            Field::text("bookedUseEndDtm", "Until when it was booked.").read_only(),
            Field::text("realUseStartDtm", "When the use began.").read_only(),
            Field::text("realUseEndDtm", "When the use ended.").read_only(),
        ])
        .finder("findByBookingId", "bookingId", "bookingId")]
}
