//! Every limit of the door, with its unit and its reason.

use std::time::Duration;

/// A request body in bytes. The largest honest one is below 2 KiB; beyond this: 413.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Request line and headers together in bytes; beyond this hyper answers 431 by itself.
pub const HEAD_BYTES_MAX: usize = 64 * 1024;

/// Header lines of a request; beyond this hyper answers 431 by itself.
pub const HEADERS_MAX: usize = 100;

/// Path and query together in bytes; beyond this: 414.
pub const URI_BYTES_MAX: usize = 8 * 1024;

/// Requests that are being answered in one process; beyond this: 503. As many as may wait in a lane.
pub const OPEN_REQUESTS_MAX: usize = 4_096;

/// Connections of one listener; further ones wait in the backlog of the operating system.
pub const CONNECTIONS_MAX: usize = 8_192;

/// From the end of one request (or the start of the connection) until the next head is read whole. Ends clients
/// that send a byte now and then, and connections that nobody uses any more.
pub const HEAD_WITHIN: Duration = Duration::from_secs(60);

/// From a request's head to the end of its body; beyond this: 408.
pub const BODY_WITHIN: Duration = Duration::from_secs(10);

/// How long the engine may take. It has shorter limits of its own, so this one only ends what a bug would hang.
pub const REPLY_WITHIN: Duration = Duration::from_secs(30);

/// How long open requests may go on after a shutdown has begun.
pub const DRAIN_WITHIN: Duration = Duration::from_secs(10);

/// After an early answer the rest of the body is read and thrown away, so that the client finds the answer instead
/// of a reset connection: at most so many bytes …
pub const LINGER_BYTES_MAX: usize = 1024 * 1024;

/// … and for so long.
pub const LINGER_WITHIN: Duration = Duration::from_secs(2);

/// The pause after the operating system refused to accept (no file descriptors left).
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Rows of a page, when the client does not say.
pub const PAGE_ROWS_DEFAULT: u64 = 20;

/// Rows of a page, and of a view that is shown without pages. A larger `size` is taken as this.
pub const PAGE_ROWS_MAX: u64 = 1_000;

/// Characters of an idempotency key.
pub const KEY_CHARS_MAX: usize = 255;

/// Characters of a correlation id that a client sends; a longer one is replaced.
pub const CORRELATION_CHARS_MAX: usize = 128;

/// Digits of a card number.
pub const CARD_DIGITS: std::ops::RangeInclusive<usize> = 8..=19;

/// Seconds after which a client that met a full or closed door may come again.
pub const RETRY_AFTER_S: u32 = 1;
