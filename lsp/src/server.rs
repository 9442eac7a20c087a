//! The protocol side: turns each message into an event, in the order of the wire.
//!
//! Order holds because a handler's first act, before any `await`, is to send its event: tower-lsp calls the service
//! message by message and polls new handlers first in, first out. It only needs room for every pending handler, hence
//! [`HANDLERS_AT_ONCE`]; a handler that waits costs nothing, it only holds a channel.

use crate::outbox::{self, Outgoing};
use crate::world::{self, Asker, Event, View};
use crate::{convert, workspace};
use flow_compiler::db::{Origin, SourceFile};
use flow_compiler::diagnostics::lines::{LineIndex, Unit};
use flow_compiler::ide;
use flow_grammar::span::Span;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::sync::{Mutex, PoisonError};
use tokio::sync::{mpsc::UnboundedSender, oneshot};
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::lsp_types::*;
use tower_lsp::{Client, LanguageServer};

/// Enough for any burst that a client sends. The default of 4 would leave a cancellation or an edit unread behind four
/// slow requests.
pub const HANDLERS_AT_ONCE: usize = 4096;

/// The server of one client.
pub struct Server {
    events: Mutex<Sender<Event>>,
    outbox: UnboundedSender<Outgoing>,
    agreed: Mutex<Agreed>,
}

/// What client and server agree on in `initialize`.
#[derive(Default)]
struct Agreed {
    folders: Vec<PathBuf>,
    utf8: bool,
    snippets: bool,
    watches: bool,
}

impl Server {
    /// A server that talks to `client`.
    pub fn new(client: Client) -> Self {
        let outbox = outbox::start(client);
        let events = Mutex::new(world::start(outbox.clone()));
        Self { events, outbox, agreed: Mutex::default() }
    }

    fn send(&self, event: Event) {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if events.send(event).is_err() {
            // Without the world every answer would be a lie: the editor starts another server.
            eprintln!("flow-lsp: the server's main thread has died");
            std::process::exit(1);
        }
    }

    fn agreed(&self) -> std::sync::MutexGuard<'_, Agreed> {
        self.agreed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks a question about a document. Dropping the future, as `$/cancelRequest` does, stops the work.
    async fn ask<T: Send + 'static>(
        &self,
        uri: Url,
        question: impl FnOnce(&Document<'_>) -> T + Send + 'static,
    ) -> Result<Option<T>> {
        struct Leave(Asker);
        impl Drop for Leave {
            fn drop(&mut self) {
                self.0.leave();
            }
        }
        let (reply, answer) = oneshot::channel();
        let asker = Asker::default();
        let _leave = Leave(asker.clone());
        self.send(Event::Ask {
            asker,
            work: Box::new(move |view| {
                let found = world::document(&view.db, &uri).map(|file| question(&Document::new(view, file)));
                // The asker may have left meanwhile.
                let _ = reply.send(found);
            }),
        });
        // No reply: an edit overtook the question. The client asks again if it still cares.
        answer.await.map_err(|_| Error {
            code: ErrorCode::ContentModified,
            message: "the document changed meanwhile".into(),
            data: None,
        })
    }
}

/// A document in a snapshot.
struct Document<'v> {
    view: &'v View,
    file: SourceFile,
    lines: LineIndex,
}

impl<'v> Document<'v> {
    fn new(view: &'v View, file: SourceFile) -> Self {
        Self { view, file, lines: LineIndex::new(file.text(&view.db)) }
    }

    fn text(&self) -> &str {
        self.file.text(&self.view.db)
    }

    fn offset(&self, position: Position) -> u32 {
        self.lines.offset(self.text(), convert::place(position), self.unit())
    }

    fn unit(&self) -> Unit {
        self.view.unit
    }
}

#[tower_lsp::async_trait]
impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let general = params.capabilities.general.unwrap_or_default();
        let utf8 = general.position_encodings.unwrap_or_default().contains(&PositionEncodingKind::UTF8);
        let text_document = params.capabilities.text_document.unwrap_or_default();
        let item = text_document.completion.and_then(|it| it.completion_item).unwrap_or_default();
        let watched = params.capabilities.workspace.and_then(|it| it.did_change_watched_files);
        #[allow(deprecated, reason = "older clients name one folder only")]
        let root = params.root_uri;
        let folders = match params.workspace_folders {
            Some(folders) => folders.into_iter().map(|folder| folder.uri).collect(),
            None => root.into_iter().collect::<Vec<_>>(),
        };
        *self.agreed() = Agreed {
            folders: folders.iter().filter_map(|uri| uri.to_file_path().ok()).collect(),
            utf8,
            snippets: item.snippet_support == Some(true),
            watches: watched.is_some_and(|it| it.dynamic_registration == Some(true)),
        };
        Ok(InitializeResult {
            server_info: Some(ServerInfo {
                name: "flow-lsp".into(),
                version: Some(env!("CARGO_PKG_VERSION").into()),
            }),
            capabilities: ServerCapabilities {
                position_encoding: Some(if utf8 {
                    PositionEncodingKind::UTF8
                } else {
                    PositionEncodingKind::UTF16
                }),
                text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
                    open_close: Some(true),
                    change: Some(TextDocumentSyncKind::INCREMENTAL),
                    ..TextDocumentSyncOptions::default()
                })),
                completion_provider: Some(CompletionOptions {
                    trigger_characters: Some([".", ":", "@", "{", "/", "<"].map(str::to_owned).to_vec()),
                    ..CompletionOptions::default()
                }),
                hover_provider: Some(HoverProviderCapability::Simple(true)),
                definition_provider: Some(OneOf::Left(true)),
                document_symbol_provider: Some(OneOf::Left(true)),
                inlay_hint_provider: Some(OneOf::Left(true)),
                code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
                    code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
                    ..CodeActionOptions::default()
                })),
                document_formatting_provider: Some(OneOf::Left(true)),
                document_range_formatting_provider: Some(OneOf::Left(true)),
                ..ServerCapabilities::default()
            },
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        let (folders, utf8, watches) = {
            let agreed = self.agreed();
            (agreed.folders.clone(), agreed.utf8, agreed.watches)
        };
        self.send(Event::Start { folders, unit: if utf8 { Unit::Utf8 } else { Unit::Utf16 } });
        // The writer ends only with the server.
        let _ = self.outbox.send(Outgoing::Log(format!("flow-lsp {} is ready", env!("CARGO_PKG_VERSION"))));
        if watches {
            let watcher = |pattern: &str| FileSystemWatcher {
                glob_pattern: GlobPattern::String(pattern.into()),
                kind: None,
            };
            let options = DidChangeWatchedFilesRegistrationOptions {
                watchers: vec![watcher("**/*.flow"), watcher("**/*.md"), watcher("**/flow.toml")],
            };
            let _ = self.outbox.send(Outgoing::Register(Registration {
                id: "flow-files".into(),
                method: "workspace/didChangeWatchedFiles".into(),
                register_options: serde_json::to_value(options).ok(),
            }));
        }
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let TextDocumentItem { uri, version, text, .. } = params.text_document;
        self.send(Event::Open { uri, version, text });
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let VersionedTextDocumentIdentifier { uri, version } = params.text_document;
        let edits = params
            .content_changes
            .into_iter()
            .map(|change| world::TextEdit {
                range: change.range.map(|range| (convert::place(range.start), convert::place(range.end))),
                text: change.text,
            })
            .collect();
        self.send(Event::Change { uri, version, edits });
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.send(Event::Close { uri: params.text_document.uri });
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.send(Event::Watched { uris: params.changes.into_iter().map(|change| change.uri).collect() });
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let snippets = self.agreed().snippets;
        let typed_brace =
            params.context.and_then(|context| context.trigger_character).is_some_and(|sign| sign == "{");
        self.ask(text_document.uri, move |document| {
            let offset = document.offset(position);
            if typed_brace && opens_a_block(document.text(), offset) {
                return CompletionResponse::Array(Vec::new());
            }
            let found = ide::completions(&document.view.db, document.file, offset, snippets);
            let items = found.into_iter().enumerate().map(|(order, item)| {
                convert::completion(document.text(), &document.lines, document.unit(), order, item)
            });
            CompletionResponse::Array(items.collect())
        })
        .await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let found = self.ask(text_document.uri, move |document| {
            let found = ide::hover(&document.view.db, document.file, document.offset(position))?;
            Some(Hover {
                range: Some(convert::range(document.text(), &document.lines, found.span, document.unit())),
                contents: HoverContents::Markup(MarkupContent {
                    kind: MarkupKind::Markdown,
                    value: found.markdown,
                }),
            })
        });
        Ok(found.await?.flatten())
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let found = self.ask(text_document.uri, move |document| {
            let db = &document.view.db;
            let target = ide::definition(db, document.file, document.offset(position))?;
            let text = target.file.text(db);
            let range = convert::range(text, &LineIndex::new(text), target.span, document.unit());
            let uri = workspace::uri_of(target.file.path(db))?;
            Some(GotoDefinitionResponse::Scalar(Location { uri, range }))
        });
        Ok(found.await?.flatten())
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        self.ask(params.text_document.uri, move |document| {
            let found = ide::symbols(&document.view.db, document.file);
            let symbols = found
                .into_iter()
                .map(|symbol| convert::symbol(document.text(), &document.lines, document.unit(), symbol));
            DocumentSymbolResponse::Nested(symbols.collect())
        })
        .await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        self.ask(params.text_document.uri, |document| formatted(document, None)).await
    }

    async fn range_formatting(&self, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        let DocumentRangeFormattingParams { text_document, range, .. } = params;
        self.ask(text_document.uri, move |document| {
            let part = Span::new(document.offset(range.start), document.offset(range.end));
            formatted(document, Some(part))
        })
        .await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let CodeActionParams { text_document, range, context, .. } = params;
        let wanted = context.only.is_none_or(|only| only.contains(&CodeActionKind::QUICKFIX));
        if !wanted {
            return Ok(None);
        }
        let uri = text_document.uri.clone();
        self.ask(text_document.uri, move |document| {
            let part = Span::new(document.offset(range.start), document.offset(range.end));
            let db = &document.view.db;
            if document.file.origin(db) == Origin::Std {
                return Vec::new();
            }
            let found = ide::actions(db, document.file, part).into_iter();
            found
                .filter_map(|action| {
                    convert::action(db, document.file, &uri, document.unit(), &context.diagnostics, action)
                })
                .collect()
        })
        .await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        let InlayHintParams { text_document, range, .. } = params;
        self.ask(text_document.uri, move |document| {
            let part = Span::new(document.offset(range.start), document.offset(range.end));
            let found = ide::hints(&document.view.db, document.file, part).into_iter();
            let hints =
                found.map(|hint| convert::hint(document.text(), &document.lines, document.unit(), hint));
            hints.collect()
        })
        .await
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}

/// What to change to format a document, or the items that a part of it touches.
fn formatted(document: &Document<'_>, part: Option<Span>) -> Vec<TextEdit> {
    let found = ide::formatting(&document.view.db, document.file, part).into_iter();
    found.map(|edit| convert::edit(document.text(), &document.lines, document.unit(), edit)).collect()
}

/// Whether the brace just typed opens a block, not a hole (`${`) or a choice of names (`.{`). What mostly follows is
/// the Enter key, which would accept the first of the names if a list of them came up.
fn opens_a_block(text: &str, offset: u32) -> bool {
    let before = text.get(..offset as usize).unwrap_or_default();
    before.strip_suffix('{').is_some_and(|before| !before.ends_with(['$', '.']))
}
