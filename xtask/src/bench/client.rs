//! A client of HTTP/1.1 that does nothing it need not do: it shares the processors with the server it measures.
//! One connection, kept; one request at a time; bodies with a Content-Length only.

use std::fmt::Display;
use std::io::{Error, ErrorKind, Result, Write};
use std::net::SocketAddr;
use std::ops::Range;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A longer answer is an error.
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// Enough for every answer that a benchmark sees.
const BUFFER_BYTES: usize = 4 << 10;

/// What came back; the body is with the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// The number that `Location` ends with.
    pub number: Option<u64>,
}

/// One connection, opened when it is needed.
#[derive(Debug)]
pub struct Client {
    address: SocketAddr,
    stream: Option<TcpStream>,
    out: Vec<u8>,
    read: Vec<u8>,
    body: Range<usize>,
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        let (out, read) = (Vec::with_capacity(BUFFER_BYTES), Vec::with_capacity(BUFFER_BYTES));
        Self { address, stream: None, out, read, body: 0..0 }
    }

    pub async fn get(&mut self, path: impl Display) -> Result<Answer> {
        self.out.clear();
        let address = self.address;
        write!(self.out, "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\n\r\n")?;
        self.send().await
    }

    pub async fn post(&mut self, path: impl Display, body: &[u8]) -> Result<Answer> {
        self.out.clear();
        let (address, length) = (self.address, body.len());
        write!(
            self.out,
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        )?;
        self.out.extend_from_slice(body);
        self.send().await
    }

    pub async fn delete(&mut self, path: impl Display) -> Result<Answer> {
        self.out.clear();
        let address = self.address;
        write!(self.out, "DELETE {path} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\n\r\n")?;
        self.send().await
    }

    /// The body of the last answer.
    pub fn body(&self) -> &[u8] {
        &self.read[self.body.clone()]
    }

    /// Gives the connection up: what is under way on it is not known any more.
    pub fn close(&mut self) {
        self.stream = None;
    }

    async fn send(&mut self) -> Result<Answer> {
        let done = self.exchange().await;
        if done.is_err() {
            self.close();
        }
        done
    }

    async fn exchange(&mut self) -> Result<Answer> {
        self.body = 0..0;
        self.read.clear();
        let stream = match &mut self.stream {
            Some(stream) => stream,
            none => {
                let stream = TcpStream::connect(self.address).await?;
                stream.set_nodelay(true)?;
                none.insert(stream)
            }
        };
        stream.write_all(&self.out).await?;
        loop {
            if stream.read_buf(&mut self.read).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            if self.read.len() > ANSWER_BYTES_MAX {
                return Err(Error::new(ErrorKind::InvalidData, "the answer is too long"));
            }
            let Some(head) = Head::read(&self.read)? else { continue };
            let end = head.bytes + head.content_length;
            if self.read.len() >= end {
                self.body = head.bytes..end;
                if head.closes {
                    self.close();
                }
                return Ok(head.answer);
            }
        }
    }
}

struct Head {
    answer: Answer,
    content_length: usize,
    closes: bool,
    bytes: usize,
}

impl Head {
    /// `None`: not all of it is here.
    fn read(bytes: &[u8]) -> Result<Option<Self>> {
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
        let text = std::str::from_utf8(&bytes[..end]).map_err(|_| bad("a head that is no text"))?;
        let mut lines = text.split("\r\n");
        let status =
            lines.next().filter(|line| line.starts_with("HTTP/1.1 ")).and_then(|line| line.get(9..12));
        let status = status.and_then(|digits| digits.parse().ok()).ok_or_else(|| bad("no status line"))?;
        let (mut length, mut number, mut closes) = (None, None, false);
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().ok();
            } else if name.eq_ignore_ascii_case("location") {
                number = value.rsplit('/').next().and_then(|digits| digits.parse().ok());
            } else if name.eq_ignore_ascii_case("connection") {
                closes = value.eq_ignore_ascii_case("close");
            }
        }
        let length = length.or((status == 204).then_some(0)).ok_or_else(|| bad("no Content-Length"))?;
        let answer = Answer { status, number };
        Ok(Some(Self { answer, content_length: length, closes, bytes: end + 4 }))
    }
}

fn bad(why: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, why)
}

/// The value of a field of a flat JSON object, as it is written: `"confirmed"` without its quotes, or `7`.
pub(crate) fn field<'a>(body: &'a [u8], name: &str) -> Option<&'a str> {
    let body = std::str::from_utf8(body).ok()?;
    let mut at = body;
    loop {
        let quote = at.find(name)?;
        let (before, after) = (&at[..quote], &at[quote + name.len()..]);
        at = after;
        let Some(value) =
            after.strip_prefix('"').map(str::trim_start).and_then(|rest| rest.strip_prefix(':'))
        else {
            continue;
        };
        if !before.ends_with('"') {
            continue;
        }
        let value = value.trim_start();
        return match value.strip_prefix('"') {
            Some(text) => text.split('"').next(),
            None => value.split([',', '}', ' ', '\n']).next(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_whole_name() {
        let body = br#"{"orderStatus":"x","name":"status","status" : "Reservation Complete","taxiId":12}"#;
        assert_eq!(field(body, "status"), Some("Reservation Complete"));
        assert_eq!(field(body, "taxiId"), Some("12"));
        assert_eq!(field(body, "none"), None);
    }

    #[test]
    fn a_head_is_read_when_it_is_complete() {
        let text = b"HTTP/1.1 201 Created\r\nlocation: http://h/orders/7\r\ncontent-length: 2\r\n\r\n{}";
        assert!(Head::read(&text[..30]).is_ok_and(|head| head.is_none()));
        let head = Head::read(text).unwrap().unwrap();
        assert_eq!(head.answer, Answer { status: 201, number: Some(7) });
        assert_eq!((head.content_length, head.bytes, head.closes), (2, text.len() - 2, false));
    }
}
