//! views.
/// A visible field by which rows of one kind are looked for: (`taxi.mypage`, `orderId`). It gets an index.
pub type Finder<'a> = (&'a str, &'a str);

/// Why `views.db` was thrown away at the start and is filled again from the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Renewed {
    #[error("views.db is damaged ({0}); it is filled again from the log")]
    Damaged(String),
    #[error(
        "views.db has format {found}, this version of holdfast writes {written}; it is filled again from the log"
    )]
    OtherVersion { found: i64, written: i64 },
    #[error("views.db holds rows up to {position}, the log ends at {end}; it is filled again from the log")]
    AheadOfLog { position: u64, end: u64 },
}
