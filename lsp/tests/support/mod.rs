//! A client of the real server over its real standard input and output.
#![allow(clippy::unwrap_used, clippy::panic, dead_code, reason = "tests may")]

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How long a lost answer is waited for before the test fails.
const LOST: Duration = Duration::from_secs(60);

/// A client.
pub(crate) struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What came while something else was waited for.
    kept: Vec<Value>,
    next: u64,
}

impl Client {
    /// A server that has said hello, for the folder.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_with(&[folder], &std::env::temp_dir())
    }

    /// The same for several folders, the files of the standard library being kept below `cache`.
    pub(crate) fn start_with(folders: &[&Path], cache: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_flow-lsp"))
            .env("XDG_CACHE_HOME", cache)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut stdout) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let mut client = Self { child, stdin, messages, kept: Vec::new(), next: 0 };
        let roots =
            folders.iter().map(|it| json!({ "uri": format!("file://{}", it.display()), "name": "it" }));
        let params = json!({ "workspaceFolders": roots.collect::<Vec<_>>(), "capabilities": {
            "textDocument": { "completion": { "completionItem": { "snippetSupport": false } } },
        }});
        let answer = client.request("initialize", params);
        assert_eq!(answer["result"]["serverInfo"]["name"], "flow-lsp", "{answer}");
        client.notify("initialized", json!({}));
        client
    }

    /// Sends a notification.
    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request without waiting for its answer; yields its number.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> u64 {
        self.next += 1;
        let params = if params.is_null() { json!(null) } else { params };
        self.send(&json!({ "jsonrpc": "2.0", "id": self.next, "method": method, "params": params }));
        self.next
    }

    /// Waits for an answer.
    pub(crate) fn answer(&mut self, id: u64) -> Value {
        self.wait(|message| message["id"] == id && message.get("method").is_none())
    }

    /// Sends a request and waits for its answer.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        self.answer(id)
    }

    /// Opens a document.
    pub(crate) fn open(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "flow", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Replaces all of a document.
    pub(crate) fn replace(&mut self, uri: &str, version: i64, text: &str) {
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": [{ "text": text }] }),
        );
    }

    /// Inserts a text at a position.
    pub(crate) fn insert(&mut self, uri: &str, version: i64, (line, character): (u32, u32), text: &str) {
        let at = json!({ "line": line, "character": character });
        let change = json!({ "range": { "start": at, "end": at }, "text": text });
        let document = json!({ "uri": uri, "version": version });
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [change] }),
        );
    }

    /// Takes away the character behind a position.
    pub(crate) fn delete(&mut self, uri: &str, version: i64, (line, character): (u32, u32)) {
        let range = json!({
            "start": { "line": line, "character": character },
            "end": { "line": line, "character": character + 1 },
        });
        let document = json!({ "uri": uri, "version": version });
        let change = json!({ "range": range, "text": "" });
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [change] }),
        );
    }

    /// Waits for the diagnostics of a version of a document.
    pub(crate) fn diagnostics(&mut self, uri: &str, version: i64) -> Vec<Value> {
        let message = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["version"] == version
        });
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// Asks something about a position.
    pub(crate) fn at(&mut self, method: &str, uri: &str, (line, character): (u32, u32)) -> Value {
        let position = json!({ "line": line, "character": character });
        let answer = self.request(method, json!({ "textDocument": { "uri": uri }, "position": position }));
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    /// The labels of what may stand at a position, in order.
    pub(crate) fn completions(&mut self, uri: &str, position: (u32, u32)) -> Vec<String> {
        let found = self.at("textDocument/completion", uri, position);
        found.as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits for a message that is not of another's concern.
    pub(crate) fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(index) = self.kept.iter().position(&wanted) {
            return self.kept.remove(index);
        }
        loop {
            let message = self.messages.recv_timeout(LOST).expect("the server should have answered");
            if wanted(&message) {
                return message;
            }
            self.kept.push(message);
        }
    }

    /// Whether such a message came and nobody waited for it.
    pub(crate) fn was_told(&self, such: impl Fn(&Value) -> bool) -> bool {
        self.kept.iter().any(such)
    }

    /// Closes standard input, as a client that dies does.
    pub(crate) fn die(mut self) -> ExitStatus {
        drop(self.stdin.take());
        self.child.wait().unwrap()
    }

    /// Waits for the server to end while standard input stays open.
    pub(crate) fn ended(mut self) -> ExitStatus {
        let status = self.child.wait().unwrap();
        drop(self.stdin.take());
        status
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let stdin = self.stdin.as_mut().unwrap();
        write!(stdin, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        stdin.flush().unwrap();
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // A test that failed must leave no server behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(stdout: &mut BufReader<std::process::ChildStdout>) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stdout.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim() {
            "" => break,
            line => {
                if let Some(count) = line.strip_prefix("Content-Length: ") {
                    length = count.parse().ok()?;
                }
            }
        }
    }
    let mut body = vec![0; length];
    stdout.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
