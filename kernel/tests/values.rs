//! Small values: an instant as people read it.

use kernel::Time;

#[test]
fn an_instant_is_read_as_a_date() {
    let dates = [
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (951_782_400_000, "2000-02-29T00:00:00Z"),
        (1_767_225_600_000, "2026-01-01T00:00:00Z"),
        (1_772_368_496_789, "2026-03-01T12:34:56Z"),
        (4_107_542_399_999, "2100-02-28T23:59:59Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00Z"),
    ];
    for (millis, date) in dates {
        assert_eq!(Time(millis).rfc3339(), date);
    }
}
