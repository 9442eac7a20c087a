//! The thread that owns the database.
//!
//! tower-lsp calls handlers concurrently. Here every message becomes one event in one queue, in the order of the wire, and
//! this thread alone writes to the database:
//!
//! - an edit is applied at once; salsa unwinds whatever reads an older revision;
//! - a question is answered on a worker from a snapshot of its moment, and thrown away when its asker is gone;
//! - documents are checked when no more events wait. A result that an edit overtook is dropped by its generation, one
//!   equal to the last is not sent again. While checking takes long, it waits for a pause in the typing.

use crate::outbox::Outgoing;
use crate::pool::Pool;
use crate::workspace::{Workspace, path_of};
use crate::{convert, library};
use flow_compiler::check::check_file;
use flow_compiler::db::{Database, SourceFile};
use flow_compiler::diagnostics::lines::{LineIndex, Position, Unit};
use flow_compiler::diagnostics::report::Report;
use salsa::Database as _;
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;
use tower_lsp::lsp_types::{Diagnostic, Url};

/// A pass this quick runs whenever nothing else waits.
const QUICK: Duration = Duration::from_millis(8);

/// The longest pause that is waited for.
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// What happens in the world.
pub(crate) enum Event {
    /// The client is ready: look through its folders.
    Start { folders: Vec<PathBuf>, unit: Unit },
    /// A document is open.
    Open { uri: Url, version: i32, text: String },
    /// A document changed.
    Change { uri: Url, version: i32, edits: Vec<TextEdit> },
    /// A document is closed.
    Close { uri: Url },
    /// Files changed on the disk.
    Watched { uris: Vec<Url> },
    /// A question.
    Ask { asker: Asker, work: Work },
    /// A pass is done.
    Checked(Checked),
}

/// Answers a question from a snapshot.
pub(crate) type Work = Box<dyn FnOnce(&View) + Send>;

/// A change of a text: all of it, or a range.
pub(crate) struct TextEdit {
    /// The range; `None` for all of the text.
    pub(crate) range: Option<(Position, Position)>,
    /// The new text.
    pub(crate) text: String,
}

/// A snapshot with what is needed to read places in it.
pub struct View {
    /// The database.
    pub db: Database,
    /// What columns count.
    pub unit: Unit,
}

/// The asking side of a question. Dropping it, as a cancellation does, stops the work.
#[derive(Clone, Default)]
pub(crate) struct Asker(Arc<Mutex<AskerState>>);

#[derive(Default)]
struct AskerState {
    gone: bool,
    token: Option<salsa::CancellationToken>,
}

impl Asker {
    pub(crate) fn leave(&self) {
        let mut state = self.state();
        state.gone = true;
        if let Some(token) = state.token.take() {
            token.cancel();
        }
    }

    /// Ties the asker to the snapshot that works for it; false when it has left already.
    fn attach(&self, db: &Database) -> bool {
        let mut state = self.state();
        state.token = Some(db.cancellation_token());
        !state.gone
    }

    fn is_gone(&self) -> bool {
        self.state().gone
    }

    fn state(&self) -> std::sync::MutexGuard<'_, AskerState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The result of checking a document.
pub(crate) struct Checked {
    uri: Url,
    version: i32,
    generation: u64,
    found: Vec<Diagnostic>,
    took: Duration,
}

struct Document {
    path: String,
    version: i32,
    sent: Option<Vec<Diagnostic>>,
}

/// Starts the thread.
pub(crate) fn start(outbox: UnboundedSender<Outgoing>) -> Sender<Event> {
    let (events, inbox) = channel();
    let back = events.clone();
    let builder = thread::Builder::new().name("flow-world".into());
    if let Err(error) = builder.spawn(move || World::new(back, outbox).run(&inbox)) {
        eprintln!("flow-lsp: cannot start: {error}");
    }
    events
}

struct World {
    db: Database,
    workspace: Workspace,
    documents: BTreeMap<Url, Document>,
    unit: Unit,
    pool: Pool,
    back: Sender<Event>,
    outbox: UnboundedSender<Outgoing>,
    generation: u64,
    /// Since when the documents want checking, and which of them was touched last.
    dirty: Option<(Instant, Option<Url>)>,
    /// How long the last pass took.
    pace: Duration,
}

impl World {
    fn new(back: Sender<Event>, outbox: UnboundedSender<Outgoing>) -> Self {
        let threads = thread::available_parallelism().map_or(1, |count| count.get().clamp(1, 4));
        Self {
            db: Database::default(),
            workspace: Workspace::default(),
            documents: BTreeMap::new(),
            unit: Unit::Utf16,
            pool: Pool::new(threads),
            back,
            outbox,
            generation: 0,
            dirty: None,
            pace: Duration::ZERO,
        }
    }

    fn run(mut self, inbox: &Receiver<Event>) {
        loop {
            let event = match &self.dirty {
                None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some((since, _)) => inbox.recv_timeout(self.pause().saturating_sub(since.elapsed())),
            };
            match event {
                Ok(event) => self.handle(event),
                Err(RecvTimeoutError::Timeout) => self.check(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// How long the typing must pause before the documents are checked.
    fn pause(&self) -> Duration {
        if self.pace <= QUICK { Duration::ZERO } else { (self.pace * 2).min(LONGEST_PAUSE) }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Start { folders, unit } => {
                self.unit = unit;
                self.workspace.discover(&mut self.db, &folders);
                self.touch(None);
            }
            Event::Open { uri, version, text } => {
                let path = path_of(&uri);
                if library::holds(&path) {
                    // What the server holds itself is neither changed nor checked.
                    return;
                }
                self.before_write();
                self.workspace.open(&mut self.db, &path, text);
                self.documents.insert(uri.clone(), Document { path, version, sent: None });
                self.touch(Some(uri));
            }
            Event::Change { uri, version, edits } => {
                self.before_write();
                let Some(document) = self.documents.get_mut(&uri) else { return };
                let Some(file) = self.workspace.file(&document.path) else { return };
                let mut text = file.text(&self.db).clone();
                edits.into_iter().for_each(|edit| apply(&mut text, edit, self.unit));
                document.version = version;
                let path = document.path.clone();
                self.workspace.change(&mut self.db, &path, text);
                self.touch(Some(uri));
            }
            Event::Close { uri } => {
                self.before_write();
                if let Some(document) = self.documents.remove(&uri) {
                    self.workspace.close(&mut self.db, &document.path);
                    self.send(Outgoing::Diagnostics { uri, found: Vec::new(), version: None });
                    self.touch(None);
                }
            }
            Event::Watched { uris } => {
                self.before_write();
                let paths: Vec<String> = uris.iter().map(path_of).collect();
                self.workspace.changed_on_disk(&mut self.db, &paths);
                self.touch(None);
            }
            Event::Ask { asker, work } => self.ask(asker, work),
            Event::Checked(checked) => self.checked(checked),
        }
    }

    /// A write waits for every snapshot: those of passes that nobody started yet are dropped first.
    fn before_write(&self) {
        self.pool.forget_keyed();
    }

    fn touch(&mut self, uri: Option<Url>) {
        self.generation += 1;
        let uri = uri.or_else(|| self.dirty.take().and_then(|(_, uri)| uri));
        self.dirty = Some((Instant::now(), uri));
    }

    fn ask(&mut self, asker: Asker, work: Work) {
        if asker.is_gone() {
            return;
        }
        let db = self.db.clone();
        let unit = self.unit;
        self.pool.push_first(Box::new(move || {
            if asker.attach(&db) {
                let view = View { db, unit };
                // A question that an edit overtook stays unanswered; the asker words that.
                let _ = salsa::Cancelled::catch(AssertUnwindSafe(|| work(&view)));
            }
        }));
    }

    /// One pass over every open document, the touched one first; a pass of an older generation that still waits is
    /// replaced.
    fn check(&mut self) {
        let touched = self.dirty.take().and_then(|(_, uri)| uri);
        let rest = self.documents.keys().filter(|uri| Some(*uri) != touched.as_ref());
        let order: Vec<Url> = touched.iter().chain(rest).cloned().collect();
        for uri in order {
            let Some(document) = self.documents.get(&uri) else { continue };
            let Some(file) = self.workspace.file(&document.path) else { continue };
            let (db, back, unit) = (self.db.clone(), self.back.clone(), self.unit);
            let (version, generation) = (document.version, self.generation);
            let key = Some(uri.to_string());
            self.pool.push(
                key,
                Box::new(move || {
                    let began = Instant::now();
                    let found = salsa::Cancelled::catch(AssertUnwindSafe(|| {
                        let found = check_file(&db, file);
                        let report = Report::of(&db, found);
                        convert::diagnostics(&report, unit, &uri)
                    }));
                    drop(db);
                    if let Ok(found) = found {
                        let took = began.elapsed();
                        // The world ends before its workers only when the server ends.
                        let _ = back.send(Event::Checked(Checked { uri, version, generation, found, took }));
                    }
                }),
            );
        }
    }

    fn checked(&mut self, checked: Checked) {
        self.pace = checked.took;
        let Some(document) = self.documents.get_mut(&checked.uri) else { return };
        if checked.generation != self.generation || document.sent.as_ref() == Some(&checked.found) {
            return;
        }
        document.sent = Some(checked.found.clone());
        let Checked { uri, version, found, .. } = checked;
        self.send(Outgoing::Diagnostics { uri, found, version: Some(version) });
    }

    fn send(&self, message: Outgoing) {
        // The writer ends only with the server.
        let _ = self.outbox.send(message);
    }
}

/// The document of a URI in a snapshot.
pub(crate) fn document(db: &Database, uri: &Url) -> Option<SourceFile> {
    let path = path_of(uri);
    let known = flow_compiler::db::Files::get(db).by_path(db).get(&path).copied();
    known.or_else(|| library::module(db, &path))
}

/// Applies one edit. A position past a line's end means its end.
pub(crate) fn apply(text: &mut String, edit: TextEdit, unit: Unit) {
    let Some((start, end)) = edit.range else {
        *text = edit.text;
        return;
    };
    let lines = LineIndex::new(text);
    let start = lines.offset(text, start, unit) as usize;
    let end = lines.offset(text, end, unit) as usize;
    text.replace_range(start..end.max(start), &edit.text);
}

#[cfg(test)]
mod tests {
    use super::{Asker, Event, Position, TextEdit, Unit, apply, start};
    use std::sync::mpsc::channel;

    #[test]
    fn leaving_stops_the_work() {
        let (outbox, _messages) = tokio::sync::mpsc::unbounded_channel();
        let events = start(outbox);
        let (reached, at) = channel();
        let (done, end) = channel();
        let asker = Asker::default();
        let work = Box::new(move |view: &super::View| {
            struct Tell(std::sync::mpsc::Sender<bool>);
            impl Drop for Tell {
                fn drop(&mut self) {
                    self.0.send(std::thread::panicking()).unwrap();
                }
            }
            let _tell = Tell(done);
            reached.send(()).unwrap();
            loop {
                salsa::Database::unwind_if_revision_cancelled(&view.db);
                std::hint::spin_loop();
            }
        });
        events.send(Event::Ask { asker: asker.clone(), work }).unwrap();
        at.recv().unwrap();
        asker.leave();
        assert!(end.recv().unwrap(), "the work should unwind");
    }

    fn at(line: u32, column: u32) -> Position {
        Position { line, column }
    }

    #[test]
    fn an_edit_counts_in_the_agreed_unit_and_stays_within_its_line() {
        let mut text = String::from("a😀b\nc\n");
        apply(&mut text, TextEdit { range: Some((at(0, 3), at(0, 4))), text: "X".into() }, Unit::Utf16);
        assert_eq!(text, "a😀X\nc\n");
        apply(&mut text, TextEdit { range: Some((at(1, 99), at(9, 0))), text: "!".into() }, Unit::Utf16);
        assert_eq!(text, "a😀X\nc!");
        apply(&mut text, TextEdit { range: None, text: "new".into() }, Unit::Utf16);
        assert_eq!(text, "new");
    }

    #[test]
    fn an_edit_whose_end_lies_before_its_start_inserts() {
        let mut text = String::from("abc");
        apply(&mut text, TextEdit { range: Some((at(0, 2), at(0, 1))), text: "-".into() }, Unit::Utf8);
        assert_eq!(text, "ab-c");
    }
}
