//! Accepts connections and ends them in good order.

use crate::limits::{ACCEPT_PAUSE, CONNECTIONS_MAX, DRAIN_WITHIN, HEAD_BYTES_MAX, HEAD_WITHIN, HEADERS_MAX};
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io;
use std::pin::pin;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Serves until `shutdown` is over: then accepts no more, lets open requests end within [`DRAIN_WITHIN`], and
/// cuts what is left.
///
/// hyper is driven directly because `axum::serve` has no limit for how long a client may take to send a head.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let mut server = http1::Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .pipeline_flush(true);
    let service = TowerToHyperService::new(router);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let has_room = connections.len() < CONNECTIONS_MAX;
        let stream = tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_ended) = connections.join_next() => continue,
            accepted = listener.accept(), if has_room => match accepted {
                Ok((stream, _peer)) => stream,
                Err(error) if is_of_connection(&error) => continue,
                Err(_out_of_descriptors) => {
                    sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
        };
        // An answer is one write: waiting for more to send along only delays it. Failing to say so does no harm.
        let _ = stream.set_nodelay(true);
        let connection = graceful.watch(server.serve_connection(TokioIo::new(stream), service.clone()));
        // Errors of a connection are the client's: it went away or spoke no HTTP.
        connections.spawn(async move { drop(connection.await) });
    }
    drop(listener);
    // What is still open after that time is cut as `connections` goes.
    let _ = timeout(DRAIN_WITHIN, graceful.shutdown()).await;
    Ok(())
}

/// The client gave up before it was accepted; the listener is well.
fn is_of_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
