//! The server: it listens, answers, and stops in good order.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt;

use crate::cases::pace::Peer;
use crate::routes::{Site, router};

/// The most connections at a time.
const MAX_CONNECTIONS: usize = 1024;

/// How long the head of a request may take to arrive, and how long a connection may be idle.
const HEAD_TIME: Duration = Duration::from_secs(15);

/// How long requests under way may take once the server has been told to stop.
const STOP_TIME: Duration = Duration::from_secs(10);

/// A server that listens at an address.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
}

impl Server {
    /// Listens at an address; port 0 takes any free port.
    ///
    /// # Errors
    ///
    /// When the address cannot be had.
    pub async fn bind(listen: SocketAddr, site: Site) -> io::Result<Server> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        Ok(Server { listener, address, router: router(site) })
    }

    /// The address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until the process is told to stop, by Ctrl-C or by SIGTERM.
    ///
    /// # Errors
    ///
    /// When signals cannot be listened to.
    pub async fn run(self) -> io::Result<()> {
        let signal = signal()?;
        self.run_until(signal).await;
        Ok(())
    }

    /// Answers until `stop` is ready, then finishes what is under way.
    pub async fn run_until(self, stop: impl Future<Output = ()> + Send) {
        let graceful = GracefulShutdown::new();
        let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        let mut stop = std::pin::pin!(stop);
        loop {
            let permit = tokio::select! {
                permit = permits.clone().acquire_owned() => permit,
                () = &mut stop => break,
            };
            let Ok(permit) = permit else { break };
            let stream = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = &mut stop => break,
            };
            let Ok((stream, peer)) = stream else {
                // Most often too many open files: let some of them close.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let answering = graceful.watch(connection(stream, self.router.clone(), peer.ip()));
            tokio::spawn(async move {
                // A connection that breaks off concerns nobody but its peer.
                let _ = answering.await;
                drop(permit);
            });
        }
        drop(self.listener);
        let _ = tokio::time::timeout(STOP_TIME, graceful.shutdown()).await;
    }
}

fn connection(
    stream: TcpStream,
    router: Router,
    peer: IpAddr,
) -> impl GracefulConnection<Error = hyper::Error> + Send + 'static {
    let _ = stream.set_nodelay(true);
    let router = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        request
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
}

#[cfg(unix)]
fn signal() -> io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn signal() -> io::Result<impl Future<Output = ()> + Send> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
