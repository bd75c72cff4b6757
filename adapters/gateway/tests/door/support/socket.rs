//! The door behind a real socket, and a client that sends exactly the bytes a test wants.

use super::Door;
use axum::Router;
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub struct Serving {
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    done: JoinHandle<io::Result<()>>,
}

pub async fn serving(door: &Door) -> Serving {
    serving_router(door.router.clone()).await
}

async fn serving_router(router: Router) -> Serving {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound listener has an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let done = tokio::spawn(gateway::serve(listener, router, async move { drop(stopped.await) }));
    Serving { address, stop, done }
}

impl Serving {
    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("the door accepts")
    }

    /// Begins the shutdown, and gives what waits for its end.
    pub fn stop(self) -> JoinHandle<io::Result<()>> {
        drop(self.stop);
        self.done
    }
}

/// Sends these bytes and reads until the other side closes.
pub async fn talk(stream: &mut TcpStream, bytes: &[u8]) -> String {
    stream.write_all(bytes).await.expect("the door reads");
    let mut text = Vec::new();
    stream.read_to_end(&mut text).await.expect("the door closes properly");
    String::from_utf8(text).expect("answers are UTF-8")
}
