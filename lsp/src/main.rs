//! `flow-lsp`: serves one editor over standard input and output.

use flow_lsp::{HANDLERS_AT_ONCE, Server};
use serde_json::Value;
use std::future::Future;
use std::io::IsTerminal as _;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use tokio::sync::Notify;
use tower::Service;
use tower_lsp::LspService;
use tower_lsp::jsonrpc::{Request, Response};

/// Trees and types are many small pieces, made on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const HELP: &str = "\
flow-lsp, the language server of Flow

It speaks the Language Server Protocol over standard input and output, and is started by an editor:
see docs/editors.md. The only arguments are --stdio, which changes nothing, --version and --help.
";

fn main() -> ExitCode {
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--stdio" => {}
            "--version" | "-V" => {
                println!("flow-lsp {}", env!("CARGO_PKG_VERSION"));
                return ExitCode::SUCCESS;
            }
            "--help" | "-h" => {
                print!("{HELP}");
                return ExitCode::SUCCESS;
            }
            other => {
                eprintln!("flow-lsp: there is no argument `{other}`\n\n{HELP}");
                return ExitCode::from(2);
            }
        }
    }
    if std::io::stdin().is_terminal() {
        eprint!("{HELP}");
        return ExitCode::from(2);
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("flow-lsp: cannot start: {error}");
            return ExitCode::from(2);
        }
    };
    let code = runtime.block_on(serve());
    // Reading standard input blocks a thread that nothing can wake: leave without waiting for it.
    std::process::exit(code)
}

/// Serves until the client says `exit`, or goes away. 0 after an orderly `shutdown`, else 1.
async fn serve() -> i32 {
    let (service, socket) = LspService::new(Server::new);
    let seen = Arc::new(Seen::default());
    let watched = Watched { service, seen: Arc::clone(&seen) };
    let server = tower_lsp::Server::new(tokio::io::stdin(), tokio::io::stdout(), socket)
        .concurrency_level(HANDLERS_AT_ONCE)
        .serve(watched);
    tokio::select! {
        () = server => {}
        () = seen.exit.notified() => {}
    }
    let orderly = seen.shutdown.lock().is_ok_and(|seen| *seen);
    i32::from(!orderly)
}

#[derive(Default)]
struct Seen {
    shutdown: Mutex<bool>,
    exit: Notify,
}

/// Sees `exit` pass: tower-lsp would go on waiting for standard input to end. Reads parameters that are `null` as none:
/// editors send them with `shutdown`, which tower-lsp would refuse.
struct Watched {
    service: LspService<Server>,
    seen: Arc<Seen>,
}

impl Service<Request> for Watched {
    type Response = Option<Response>;
    type Error = tower_lsp::ExitedError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match request.method() {
            "shutdown" => {
                if let Ok(mut seen) = self.seen.shutdown.lock() {
                    *seen = true;
                }
            }
            "exit" => self.seen.exit.notify_one(),
            _ => {}
        }
        Box::pin(self.service.call(without_null(request)))
    }
}

/// The request without parameters where they are `null`.
fn without_null(request: Request) -> Request {
    match request.into_parts() {
        (method, Some(id), None | Some(Value::Null)) => Request::build(method).id(id).finish(),
        (method, None, None | Some(Value::Null)) => Request::build(method).finish(),
        (method, Some(id), Some(params)) => Request::build(method).id(id).params(params).finish(),
        (method, None, Some(params)) => Request::build(method).params(params).finish(),
    }
}
