//! How connections are made: plain, or with TLS where the feature `tls` is on.

use hyper_util::client::legacy::connect::HttpConnector;

#[cfg(not(feature = "tls"))]
pub(crate) type Connector = HttpConnector;

#[cfg(feature = "tls")]
pub(crate) type Connector = hyper_rustls::HttpsConnector<HttpConnector>;

#[cfg(not(feature = "tls"))]
pub(crate) fn connector() -> Connector {
    tcp()
}

/// The certificates of public authorities are built in; ring is named, since a process may hold other providers.
#[cfg(feature = "tls")]
pub(crate) fn connector() -> Connector {
    let mut tcp = tcp();
    tcp.enforce_http(false);
    hyper_rustls::HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
        .expect("ring speaks the versions of TLS that rustls offers")
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp)
}

fn tcp() -> HttpConnector {
    let mut tcp = HttpConnector::new();
    tcp.set_nodelay(true);
    tcp
}
