//! `xianlu serve`: the pages and the API.

use std::process::ExitCode;
use std::sync::Arc;

use crate::arguments::Serve;
use crate::failure::Failure;
use crate::packs;

/// Runs the command until it is told to stop.
pub fn run(command: &Serve) -> Result<ExitCode, Failure> {
    let library = Arc::new(packs::load(&command.packs)?);
    let failed = |error: &std::io::Error| {
        Failure::Asked(format!("cannot serve at {}: {error}", command.listen))
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(8 << 20)
        .build()
        .map_err(|error| failed(&error))?;
    runtime.block_on(async {
        let server =
            server::Server::bind(command.listen, library).await.map_err(|error| failed(&error))?;
        anstream::println!("Xianlu 贤路: http://{}/", server.address());
        server.run().await.map_err(|error| failed(&error))
    })?;
    Ok(ExitCode::SUCCESS)
}
