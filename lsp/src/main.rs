//! `flow-lsp`: serves one editor over standard input and output.

#![forbid(unsafe_code)]

use flow_lsp::{HANDLERS_AT_ONCE, Server};
use serde_json::Value;
use std::future::Future;
use std::io::{self, IsTerminal as _};
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, ReadBuf, Stdin};
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

const NO_MESSAGE: &str = "what arrived on standard input is no message of the Language Server Protocol; \
    a line `Content-Length: N`, an empty line, and N bytes of JSON were expected";
const INPUT_ENDED: &str = "standard input ended in the midst of a message, or without `shutdown` and `exit`";
const NO_SHUTDOWN: &str = "`exit` came without `shutdown` before it";

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

/// Serves until the client says `exit`, or goes away. 0 after an orderly `shutdown`, else 1, and why on standard error.
async fn serve() -> i32 {
    let (service, socket) = LspService::new(Server::new);
    let seen = Arc::new(Seen::default());
    let watched = Watched { service, seen: Arc::clone(&seen) };
    let input = Input { stdin: tokio::io::stdin(), seen: Arc::clone(&seen) };
    let server = tower_lsp::Server::new(input, tokio::io::stdout(), socket)
        .concurrency_level(HANDLERS_AT_ONCE)
        .serve(watched);
    let why = tokio::select! {
        () = server => if seen.end.load(Ordering::Relaxed) { INPUT_ENDED } else { NO_MESSAGE },
        () = seen.exit.notified() => NO_SHUTDOWN,
    };
    let orderly = seen.shutdown.lock().is_ok_and(|seen| *seen);
    if !orderly {
        eprintln!("flow-lsp: {why}");
    }
    i32::from(!orderly)
}

#[derive(Default)]
struct Seen {
    shutdown: Mutex<bool>,
    exit: Notify,
    /// The end of standard input.
    end: AtomicBool,
}

/// Standard input, whose end is seen: tower-lsp ends there as it does at what it cannot read.
struct Input {
    stdin: Stdin,
    seen: Arc<Seen>,
}

impl AsyncRead for Input {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stdin).poll_read(cx, buffer);
        if matches!(polled, Poll::Ready(Ok(()))) && buffer.filled().len() == before {
            self.seen.end.store(true, Ordering::Relaxed);
        }
        polled
    }
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
    if request.params() != Some(&Value::Null) {
        return request;
    }
    match request.into_parts() {
        (method, Some(id), _) => Request::build(method).id(id).finish(),
        (method, None, _) => Request::build(method).finish(),
    }
}
