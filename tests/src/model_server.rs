//! A model that says what a test tells it to: the Anthropic Messages API on a loopback port, with scripted turns.
//!
//! Every request is kept, so that a test can assert exactly what the model was shown.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use serde_json::{Value, json};

/// What the model does with one request.
#[derive(Clone, Debug)]
pub enum Turn {
    /// Says something and ends its turn.
    Text(String),
    /// Calls a tool.
    Tool(String, Value),
    /// The service refuses: a status, and the type of the error.
    Error(u16, String),
    /// Says nothing until the client gives up or the server ends.
    Stall,
}

impl Turn {
    /// Says something and ends its turn.
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// Calls a tool.
    pub fn tool(name: &str, input: Value) -> Self {
        Self::Tool(name.to_owned(), input)
    }

    /// The service refuses.
    pub fn error(status: u16, kind: &str) -> Self {
        Self::Error(status, kind.to_owned())
    }
}

/// A running server. It ends when dropped.
pub struct ModelServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    turns: VecDeque<Turn>,
    /// What the model does when the script has ended.
    last: Option<Turn>,
    requests: Vec<Value>,
    ended: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ModelServer {
    /// Starts a server that plays these turns, one a request, then says that its script has ended.
    ///
    /// # Errors
    /// When no loopback port can be had.
    pub fn start(turns: impl IntoIterator<Item = Turn>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        shared.lock().turns = turns.into_iter().collect();
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if serving.lock().ended {
                    break;
                }
                if let Ok(stream) = stream {
                    let shared = Arc::clone(&serving);
                    // A client that hangs up in the middle is its own business.
                    thread::spawn(move || serve(&stream, &shared).unwrap_or_default());
                }
            }
        });
        Ok(Self { address, shared })
    }

    /// One that does the same with every request.
    ///
    /// # Errors
    /// As [`ModelServer::start`].
    pub fn always(turn: Turn) -> io::Result<Self> {
        let server = Self::start([])?;
        server.shared.lock().last = Some(turn);
        Ok(server)
    }

    /// Adds turns to the script.
    pub fn play(&self, turns: impl IntoIterator<Item = Turn>) {
        self.shared.lock().turns.extend(turns);
    }

    /// For `ANTHROPIC_BASE_URL`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The bodies of all requests for a turn so far.
    pub fn requests(&self) -> Vec<Value> {
        self.shared.lock().requests.clone()
    }

    /// Waits until there have been this many requests for a turn.
    pub fn wait_for_requests(&self, count: usize) {
        let state = self.shared.lock();
        drop(self.shared.changed.wait_while(state, |state| state.requests.len() < count));
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.shared.lock().ended = true;
        self.shared.changed.notify_all();
        // The listener sees that it has ended when somebody knocks.
        let _ = TcpStream::connect(self.address);
    }
}

/// Serves one connection, request by request.
fn serve(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader)? {
        let path = request.path.split('?').next().unwrap_or_default();
        match (request.method.as_str(), path) {
            ("POST", "/v1/messages") => answer(stream, shared, request.body)?,
            ("POST", "/v1/messages/count_tokens") => reply(stream, 200, &json!({"input_tokens": 42}))?,
            ("HEAD", _) => write!(&mut &*stream, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")?,
            _ => reply(stream, 404, &error("not_found_error"))?,
        }
    }
    Ok(())
}

struct Request {
    method: String,
    path: String,
    body: Value,
}

fn read_request(reader: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        match header.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().unwrap_or(0);
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(Request { method, path, body: serde_json::from_slice(&body).unwrap_or(Value::Null) }))
}

fn answer(stream: &TcpStream, shared: &Shared, body: Value) -> io::Result<()> {
    let streamed = body["stream"] == true;
    let model = body["model"].clone();
    // Claude Code asks on the side, for a title and such, without any tools: that is no turn of the script.
    let turn = if body["tools"].as_array().is_some_and(|tools| !tools.is_empty()) {
        let mut state = shared.lock();
        state.requests.push(body);
        shared.changed.notify_all();
        let turn = state.turns.pop_front().or_else(|| state.last.clone());
        turn.unwrap_or_else(|| Turn::text("(the script has ended)"))
    } else {
        Turn::text("aside")
    };
    let block = match turn {
        Turn::Text(text) => json!({"type": "text", "text": text}),
        Turn::Tool(name, input) => {
            let id = format!("toolu_{:020}", shared.lock().requests.len());
            json!({"type": "tool_use", "id": id, "name": name, "input": input})
        }
        Turn::Error(status, kind) => return reply(stream, status, &error(&kind)),
        Turn::Stall => {
            drop(shared.changed.wait_while(shared.lock(), |state| !state.ended));
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
    };
    let id = format!("msg_{:020}", shared.lock().requests.len());
    if streamed {
        stream_message(stream, &id, &model, &block)
    } else {
        reply(stream, 200, &message(&id, &model, &block))
    }
}

fn stop_reason(block: &Value) -> &'static str {
    if block["type"] == "tool_use" { "tool_use" } else { "end_turn" }
}

fn message(id: &str, model: &Value, block: &Value) -> Value {
    json!({
        "id": id, "type": "message", "role": "assistant", "model": model, "content": [block],
        "stop_reason": stop_reason(block), "stop_sequence": null,
        "usage": {"input_tokens": 100, "output_tokens": 20},
    })
}

/// The message as server-sent events, in one chunk.
fn stream_message(mut stream: &TcpStream, id: &str, model: &Value, block: &Value) -> io::Result<()> {
    let mut start = message(id, model, block);
    start["content"] = json!([]);
    start["stop_reason"] = Value::Null;
    start["usage"]["output_tokens"] = json!(1);
    let (empty, delta) = if block["type"] == "text" {
        (json!({"type": "text", "text": ""}), json!({"type": "text_delta", "text": block["text"]}))
    } else {
        let empty = json!({"type": "tool_use", "id": block["id"], "name": block["name"], "input": {}});
        (empty, json!({"type": "input_json_delta", "partial_json": block["input"].to_string()}))
    };
    let events = [
        json!({"type": "message_start", "message": start}),
        json!({"type": "content_block_start", "index": 0, "content_block": empty}),
        json!({"type": "content_block_delta", "index": 0, "delta": delta}),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_delta", "delta": {"stop_reason": stop_reason(block), "stop_sequence": null},
            "usage": {"output_tokens": 20}}),
        json!({"type": "message_stop"}),
    ];
    let body: String = events
        .iter()
        .map(|event| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap_or_default()))
        .collect();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn error(kind: &str) -> Value {
    json!({"type": "error", "error": {"type": kind, "message": format!("scripted {kind}")}})
}

fn reply(mut stream: &TcpStream, status: u16, body: &Value) -> io::Result<()> {
    let body = body.to_string();
    write!(
        stream,
        "HTTP/1.1 {status} Scripted\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}
