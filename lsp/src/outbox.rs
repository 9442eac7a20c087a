//! What goes to the client unasked: one task writes it, in order.

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tower_lsp::Client;
use tower_lsp::lsp_types::{Diagnostic, MessageType, Registration, Url};

/// A message to the client.
#[derive(Debug)]
pub(crate) enum Outgoing {
    /// The diagnostics of a document.
    Diagnostics {
        /// The document.
        uri: Url,
        /// All of them; empty when nothing is wrong.
        found: Vec<Diagnostic>,
        /// The version of the text that they speak of.
        version: Option<i32>,
    },
    /// A line for the log.
    Log(String),
    /// Asks the client to tell of changed files.
    Register(Registration),
}

/// Starts the task, which ends when every sender is gone.
pub(crate) fn start(client: Client) -> UnboundedSender<Outgoing> {
    let (outbox, mut messages) = unbounded_channel();
    tokio::spawn(async move {
        while let Some(message) = messages.recv().await {
            match message {
                Outgoing::Diagnostics { uri, found, version } => {
                    client.publish_diagnostics(uri, found, version).await
                }
                Outgoing::Log(text) => client.log_message(MessageType::INFO, text).await,
                Outgoing::Register(registration) => {
                    // A request: its answer must not hold up what comes behind it.
                    let client = client.clone();
                    tokio::spawn(async move { client.register_capability(vec![registration]).await });
                }
            }
        }
    });
    outbox
}
