//! A new system has the shape of the others, and keeps the rules at birth.

use std::fs;
use xtask::new_system::{create, lines};
use xtask::tidy;
use xtask::tree::Tree;

#[test]
fn a_new_system_is_complete_and_keeps_the_rules() {
    let root = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir_all(root.path().join("kernel/src")).expect("a folder");
    let kernel = [
        ("Cargo.toml", "[package]\nname = \"kernel\"\n\n[lints]\nworkspace = true\n"),
        ("src/lib.rs", "//! Words.\n#![no_std]\n"),
    ];
    for (path, text) in kernel {
        fs::write(root.path().join("kernel").join(path), text).expect("a file");
    }
    let written = create(root.path(), "barber").expect("the name is free");
    assert!(written.contains(&"systems/barber/src/lib.rs".to_owned()));
    let tree = Tree::read(root.path()).expect("it can be read");
    let text = |path: &str| tree.text(&format!("systems/barber/{path}")).expect("it is written");
    assert!(text("Cargo.toml").contains("name = \"barber\""));
    assert!(text("src/lib.rs").contains("System::new(\"barber\", \"Barber\", ())"));
    assert!(text("tests/wire.rs").contains("testkit::wire! { barber::system }"));
    for (path, text) in tree.texts() {
        assert!(!text.to_lowercase().contains("skeleton"), "{path}");
    }
    let names: Vec<_> = tidy::events(&tree, "barber").into_keys().collect();
    assert_eq!(names, ["Booked", "BookingCanceled"]);
    for (name, rule) in tidy::RULES {
        assert_eq!(rule(&tree), [], "{name}");
    }
    assert_eq!(lines("barber").lines().count(), 5);
}

#[test]
fn a_name_is_one_free_word() {
    let root = tempfile::tempdir().expect("a temporary folder");
    for name in ["", "a", "Barber", "bar-ber", "kernel", "../x"] {
        assert!(create(root.path(), name).is_err(), "{name}");
    }
    assert!(!root.path().join("systems").exists());
    fs::create_dir_all(root.path().join("systems/taxi")).expect("a folder");
    assert!(create(root.path(), "taxi").is_err());
}
