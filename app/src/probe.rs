//! Liveness for images without a shell.

use crate::cli::Probe;
use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(2);

/// Whether the file exists, or the address answers 2xx.
pub(crate) fn probe(options: &Probe) -> Result<bool> {
    match (&options.file, &options.url) {
        (Some(file), _) => Ok(file.exists()),
        (None, Some(url)) => Ok(answers(url)?),
        (None, None) => bail!("probe needs --file or --url"),
    }
}

/// One request, without a client library: the probe runs every few seconds and must start at once.
fn answers(url: &str) -> Result<bool> {
    let rest = url.strip_prefix("http://").context("--url must begin with http://")?;
    let (host, path) =
        rest.split_once('/').map_or((rest, String::from("/")), |(host, path)| (host, format!("/{path}")));
    let target = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let address = target.to_socket_addrs().ok().and_then(|mut all| all.next());
    let address = address.with_context(|| format!("{target} is not an address"))?;
    let Ok(mut stream) = TcpStream::connect_timeout(&address, TIMEOUT) else { return Ok(false) };
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    let asked = write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let mut head = [0; 12];
    if asked.is_err() || stream.read_exact(&mut head).is_err() {
        return Ok(false);
    }
    Ok(head.starts_with(b"HTTP/1.") && head[9] == b'2')
}
