//! Old bytes stay readable, and the table at the head of the system is true.

fn system() -> kernel::System {
    room::system(room::Settings::default())
}

testkit::wire! { system }
