//! The search for malicious software in documents, by ClamAV's daemon.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a search may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many bytes are sent at once.
const CHUNK: usize = 64 * 1024;
/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: u64 = 4096;

/// Searches documents for malicious software.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanner {
    /// A daemon at an address, as `127.0.0.1:3310`.
    Address(String),
    /// A daemon at a socket in the file system.
    #[cfg(unix)]
    Socket(std::path::PathBuf),
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// Something malicious, by its name.
    Malicious(String),
}

impl Scanner {
    /// The daemon at an address or, where the text begins with a slash, at a socket.
    pub fn new(at: &str) -> Scanner {
        #[cfg(unix)]
        if at.starts_with('/') {
            return Scanner::Socket(at.into());
        }
        Scanner::Address(at.to_owned())
    }

    /// Searches bytes.
    ///
    /// # Errors
    ///
    /// When the daemon cannot be reached, does not answer in a minute, or cannot tell. That is not
    /// the same as having found nothing.
    pub async fn search(&self, bytes: &[u8]) -> io::Result<Found> {
        let search = async {
            match self {
                Scanner::Address(address) => ask(TcpStream::connect(address).await?, bytes).await,
                #[cfg(unix)]
                Scanner::Socket(path) => {
                    ask(tokio::net::UnixStream::connect(path).await?, bytes).await
                }
            }
        };
        timeout(PATIENCE, search).await.map_err(|_| io::ErrorKind::TimedOut)?
    }
}

/// `INSTREAM` of clamd(8): chunks with their lengths, an empty one, and an answer that ends with a
/// zero byte.
async fn ask(mut daemon: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) -> io::Result<Found> {
    daemon.write_all(b"zINSTREAM\0").await?;
    for chunk in bytes.chunks(CHUNK) {
        let length = u32::try_from(chunk.len()).map_err(io::Error::other)?;
        daemon.write_all(&length.to_be_bytes()).await?;
        daemon.write_all(chunk).await?;
    }
    daemon.write_all(&[0; 4]).await?;
    daemon.flush().await?;
    let mut answer = Vec::new();
    daemon.take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let answer = answer.trim_end_matches(['\0', '\n']);
    match answer.strip_prefix("stream: ").unwrap_or(answer) {
        "OK" => Ok(Found::Nothing),
        found => match found.strip_suffix(" FOUND") {
            Some(name) => Ok(Found::Malicious(name.to_owned())),
            None => Err(io::Error::other(format!("the daemon answers `{answer}`"))),
        },
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// A daemon that finds the test file of the anti-virus industry and nothing else.
    async fn daemon(answer: Option<&'static str>) -> Scanner {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut peer, _) = listener.accept().await.unwrap();
            let mut command = [0; 10];
            peer.read_exact(&mut command).await.unwrap();
            assert_eq!(&command, b"zINSTREAM\0");
            let mut bytes = Vec::new();
            loop {
                let length = usize::try_from(peer.read_u32().await.unwrap()).unwrap();
                if length == 0 {
                    break;
                }
                let mut chunk = vec![0; length];
                peer.read_exact(&mut chunk).await.unwrap();
                bytes.extend(chunk);
            }
            let found = bytes.windows(22).any(|part| part == b"EICAR-STANDARD-ANTIVIR");
            let found = if found { "stream: Eicar-Test-Signature FOUND\0" } else { "stream: OK\0" };
            peer.write_all(answer.unwrap_or(found).as_bytes()).await.unwrap();
        });
        Scanner::new(&address.to_string())
    }

    #[tokio::test]
    async fn what_is_malicious_is_named() {
        let clean = vec![b'a'; 3 * CHUNK + 17];
        assert_eq!(daemon(None).await.search(&clean).await.unwrap(), Found::Nothing);
        let mut malicious = clean.clone();
        malicious.extend(b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!");
        let found = daemon(None).await.search(&malicious).await.unwrap();
        assert_eq!(found, Found::Malicious("Eicar-Test-Signature".to_owned()));
    }

    #[tokio::test]
    async fn a_daemon_that_cannot_tell_is_not_one_that_found_nothing() {
        let answer = "INSTREAM size limit exceeded. ERROR\0";
        let fault = daemon(Some(answer)).await.search(b"a").await.unwrap_err();
        assert!(fault.to_string().contains("size limit"), "{fault}");
        assert!(daemon(Some("")).await.search(b"a").await.is_err());
        let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert!(Scanner::new(&nobody.to_string()).search(b"a").await.is_err());
        assert!(Scanner::new("/no/such/socket").search(b"a").await.is_err());
    }
}
