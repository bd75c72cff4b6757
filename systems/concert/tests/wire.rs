//! What was written once is read for ever. A new shape adds a file (`BookingRequested.2.json`); no file is ever edited.

fn system() -> kernel::System {
    concert::system(concert::Settings::default())
}

testkit::wire! { system }
