//! Old bytes stay readable: each stored sample is read and written again as it was. A new shape adds a file.

use room::booking::Event;

#[test]
fn every_sample_is_read() {
    let samples = [
        ("Booked", include_str!("wire/Booked.json")),
        ("BookingCanceled", include_str!("wire/BookingCanceled.json")),
    ];
    for (name, sample) in samples {
        let event = <Event as kernel::Message>::decode(name, sample).expect("a stored event is readable");
        assert_eq!(kernel::Message::encode(&event), sample.trim());
    }
}
