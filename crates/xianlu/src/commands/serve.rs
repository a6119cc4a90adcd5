//! `xianlu serve`: the pages and the API.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use policy::Library;
use server::Server;

use crate::arguments::Serve;
use crate::failure::Failure;
use crate::packs;

const FIRST_PORT: u16 = 8080;
/// How many ports are tried where no address is asked for.
const PORTS: u16 = 20;

/// Runs the command until it is told to stop.
pub fn run(command: &Serve) -> Result<ExitCode, Failure> {
    let library = Arc::new(packs::load(&command.packs)?);
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
                Some(address) => Server::bind(address, library).await?,
                None => bind_free(library).await?,
            };
            anstream::println!("Xianlu 贤路: http://{}/", server.address());
            server.run().await
        })
        .map_err(failed)?;
    Ok(ExitCode::SUCCESS)
}

/// Listens at the first port that is free.
async fn bind_free(library: Arc<Library>) -> io::Result<Server> {
    let mut port = FIRST_PORT;
    loop {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        match Server::bind(address, library.clone()).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && port < FIRST_PORT + PORTS => {
                port += 1;
            }
            result => return result,
        }
    }
}
