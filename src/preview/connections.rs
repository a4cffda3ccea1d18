//! Accepts connections and reads requests from them.
//!
//! A client that sends half a request and then waits must not hold a connection for ever: reading the head of a request
//! has a time limit, and a head has a greatest size.

use super::server::handle_request;
use super::shared::Server;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

/// How long a client may take to send the head of a request. An idle connection is closed after the same time; browsers
/// then open another one.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// The greatest head of a request, in bytes.
const MAX_HEAD_SIZE: usize = 64 * 1024;

/// How long to wait when no connection can be accepted, as when no file handle is left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// Serves every connection at `listener`, for ever.
pub(super) async fn accept(listener: TcpListener, server: Server) {
    let server = Arc::new(server);
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(serve(stream, Arc::clone(&server)));
            }
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

/// Answers the requests of one connection.
async fn serve(stream: TcpStream, server: Arc<Server>) {
    // Responses are small and should arrive at once. If this fails, they only arrive later.
    let _ = stream.set_nodelay(true);
    let local = stream
        .local_addr()
        .map_or(Ipv4Addr::LOCALHOST.into(), |address| address.ip());
    let answer = service_fn(move |request: Request<Incoming>| {
        let server = Arc::clone(&server);
        async move { Ok::<_, Infallible>(handle_request(server, local, request.into_parts().0).await) }
    });
    let connection = Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD_SIZE)
        .serve_connection(TokioIo::new(stream), answer);
    // A client that goes away or breaks the protocol loses its connection, and nothing else happens.
    let _ = connection.await;
}
