//! The server: it listens, answers, and stops in good order.

use std::future::Future;
use std::io::{self, IoSlice};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Sleep, sleep};
use tower::ServiceExt;

use crate::cases::pace::Peer;
use crate::routes::{Site, router};

/// The most connections at a time.
const MAX_CONNECTIONS: usize = 1024;

/// How long the head of a request may take to arrive, and how long a connection may be idle.
const HEAD_TIME: Duration = Duration::from_secs(15);

/// How long it may take until a peer has taken [`LEAST`] more of an answer.
const WRITE_TIME: Duration = Duration::from_secs(60);

/// How many bytes of an answer a peer takes in [`WRITE_TIME`] at least, if there are as many.
const LEAST: usize = 64 * 1024;

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
        .serve_connection(
            TokioIo::new(Reading::new(stream, WRITE_TIME)),
            TowerToHyperService::new(router),
        )
}

/// A connection that ends when its peer does not go on reading: an answer that nobody takes is
/// memory that nobody else has.
struct Reading<S> {
    stream: S,
    patience: Duration,
    waiting: Option<Waiting>,
}

/// A peer that has not taken everything.
struct Waiting {
    until: Pin<Box<Sleep>>,
    taken: usize,
}

impl<S> Reading<S> {
    fn new(stream: S, patience: Duration) -> Reading<S> {
        Reading { stream, patience, waiting: None }
    }

    /// What came of a write: a peer that took too little for too long is given up.
    fn judge(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(written) = written {
            if let (Some(waiting), Ok(taken)) = (&mut self.waiting, &written) {
                waiting.taken = waiting.taken.saturating_add(*taken);
                if waiting.taken >= LEAST {
                    self.waiting = None;
                }
            }
            return Poll::Ready(written);
        }
        let patience = self.patience;
        let waiting = self
            .waiting
            .get_or_insert_with(|| Waiting { until: Box::pin(sleep(patience)), taken: 0 });
        waiting.until.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Reading<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Reading<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.judge(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if flushed.is_ready() {
            // It has taken everything.
            self.waiting = None;
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    /// Writes many bytes to a peer that waits so long before each part of so many bytes.
    fn write(part: usize, pause: Duration) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (near, mut far) = duplex(1024);
            tokio::spawn(async move {
                let mut bytes = vec![0; part];
                while far.read_exact(&mut bytes).await.is_ok() {
                    sleep(pause).await;
                }
            });
            let mut stream = Reading::new(near, Duration::from_millis(400));
            stream.write_all(&vec![7; 4 * LEAST]).await?;
            stream.flush().await
        })
    }

    #[test]
    fn a_peer_that_does_not_read_on_is_given_up() {
        let kind = |written: io::Result<()>| written.map_err(|error| error.kind());
        assert_eq!(kind(write(1, Duration::from_secs(60))), Err(io::ErrorKind::TimedOut));
        // Nor does it help to take a byte now and then.
        assert_eq!(kind(write(1, Duration::from_millis(50))), Err(io::ErrorKind::TimedOut));
        // One that takes long in all, and goes on, gets everything.
        assert_eq!(kind(write(LEAST / 2, Duration::from_millis(100))), Ok(()));
    }
}
