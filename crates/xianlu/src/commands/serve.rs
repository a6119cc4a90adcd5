//! `xianlu serve`: the pages and the API.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use server::{Server, Site};

use crate::arguments::Serve;
use crate::failure::Failure;
use crate::packs;

const FIRST_PORT: u16 = 8080;
/// How many ports are tried where no address is asked for.
const PORTS: u16 = 20;

/// Runs the command until it is told to stop.
pub fn run(command: &Serve) -> Result<ExitCode, Failure> {
    let site = site(command)?;
    let failed = |error: io::Error| {
        let address = command.listen.map(|address| format!(" at {address}"));
        Failure::Asked(format!("cannot serve{}: {error}", address.unwrap_or_default()))
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(8 << 20)
        .build()
        .map_err(failed)?;
    runtime
        .block_on(async {
            let server = match command.listen {
                Some(address) => Server::bind(address, site).await?,
                None => bind_free(site).await?,
            };
            anstream::println!("Xianlu 贤路: http://{}/", server.address());
            server.run().await
        })
        .map_err(failed)?;
    Ok(ExitCode::SUCCESS)
}

/// What is served.
fn site(command: &Serve) -> Result<Site, Failure> {
    let (library, procedures) = packs::load_all(&command.packs)?;
    Ok(Site { library: Arc::new(library), procedures: Arc::new(procedures), cases: None })
}

/// Listens at the first port that is free.
async fn bind_free(site: Site) -> io::Result<Server> {
    let mut port = FIRST_PORT;
    loop {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        match Server::bind(address, site.clone()).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && port < FIRST_PORT + PORTS => {
                port += 1;
            }
            result => return result,
        }
    }
}
