//! Any program as an agent: the prompt on its standard input, JSON on its standard output.
//!
//! It finds the schema of its result in the prompt, and its model, if one was asked for, in `FLOW_MODEL`. It may write
//! what it likes before its answer, as long as the answer is the last thing: bare, or in a fenced block. What it used it
//! may write into the file that `FLOW_USAGE` names; without that it took one turn, whose cost is not known.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use serde_json::{Value, json};

use super::transcript::{From, Transcript};
use super::usage::{self, USAGE};
use super::{Adapter, FailureKind, TurnFailure, TurnHost, TurnOutcome, TurnRequest};
use crate::process::{Cut, Ended, Executor, Exit, Pending, ProcessSpec, Program, Stdin, run};

/// The exit code by which a program says that it is worth trying again (`EX_TEMPFAIL`).
const TRY_AGAIN: i32 = 75;

/// A program that is driven over its standard streams.
pub struct Command {
    /// Who runs it.
    pub executor: Rc<dyn Executor>,
    /// What messages call it.
    pub name: String,
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// What is added to the environment of a turn.
    pub env: BTreeMap<String, String>,
    /// The model, if the turn does not say.
    pub model: Option<String>,
    /// How long it may take to end itself after SIGTERM.
    pub grace: Duration,
}

impl Adapter for Command {
    fn name(&self) -> &str {
        &self.name
    }

    fn turn<'a>(
        &'a self,
        request: &'a TurnRequest,
        host: &'a dyn TurnHost,
    ) -> Pending<'a, Result<TurnOutcome, TurnFailure>> {
        Box::pin(self.turn(request, host))
    }
}

impl Command {
    async fn turn(&self, request: &TurnRequest, host: &dyn TurnHost) -> Result<TurnOutcome, TurnFailure> {
        let mut transcript = Transcript::create(request, host)?;
        transcript.add(From::Flow, &json!({"prompt": request.prompt}))?;
        let exit = run(&*self.executor, self.spec(request), &host.cancel())
            .await
            .map_err(|error| TurnFailure::process(&error))?;
        let told = usage::read(&request.step.dir);
        let usage = *told.as_ref().unwrap_or(&usage::UNTOLD);
        let fail = |kind, message| TurnFailure { usage, ..TurnFailure::new(kind, message) };
        if let Some((kind, message)) = self.failed(&exit) {
            transcript.add(From::Agent, &json!({"failed": message}))?;
            return Err(fail(kind, message));
        }
        if let Err(why) = told {
            return Err(fail(FailureKind::Permanent, format!("`{}` {why}", self.name)));
        }
        let bytes = exit.stdout.bytes();
        let bytes = bytes.map_err(|error| {
            fail(FailureKind::Runtime, format!("the output of `{}` cannot be read back: {error}", self.name))
        })?;
        let text = String::from_utf8_lossy(&bytes);
        transcript.add(From::Agent, &json!({"stdout": text}))?;
        let value = match &request.result {
            None => Value::Null,
            Some(_) => answer(&text).map_err(|why| {
                fail(FailureKind::Contract, format!("`{}` gave no result: {why}", self.name))
            })?,
        };
        Ok(TurnOutcome { value, session: None, usage, transcript: transcript.path() })
    }

    fn spec(&self, request: &TurnRequest) -> ProcessSpec {
        let program = Program::Argv(self.argv.clone());
        let mut spec = ProcessSpec::new(request.step.clone(), program, request.workspace.clone());
        spec.stdin = Stdin::Bytes(request.prompt.clone().into_bytes());
        spec.env = request.env.clone();
        spec.env.extend(self.env.clone());
        spec.env.insert(USAGE.to_owned(), usage::path(&request.step.dir).to_string_lossy().into_owned());
        if let Some(model) = request.model.as_ref().or(self.model.as_ref()) {
            spec.env.insert("FLOW_MODEL".to_owned(), model.clone());
        }
        spec.timeout = request.timeout;
        spec.mask = request.mask.clone();
        spec.end_daemons = true;
        spec.grace = self.grace;
        spec
    }

    fn failed(&self, exit: &Exit) -> Option<(FailureKind, String)> {
        let kind = match exit.ended {
            Ended::Code(0) => return None,
            Ended::Code(TRY_AGAIN) | Ended::Signal(_) => FailureKind::Transient { retry_after: None },
            Ended::Code(_) | Ended::Cut(Cut::TooMuchOutput { .. }) => FailureKind::Permanent,
            Ended::Cut(Cut::TimedOut(_)) => FailureKind::TimedOut,
            Ended::Cut(Cut::Cancelled) => FailureKind::Cancelled,
        };
        let said = exit.stderr.last_lines(5);
        let said = if said.is_empty() { said } else { format!(":\n{said}") };
        Some((kind, format!("`{}` {}{said}", self.name, exit.ended)))
    }
}

/// The JSON at the end of what a program wrote: all of it, or its last fenced block.
fn answer(text: &str) -> Result<Value, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("expected JSON on standard output, found nothing".to_owned());
    }
    let whole = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    match last_fence(text) {
        Some(block) => serde_json::from_str(block)
            .map_err(|error| format!("the fenced block at the end of its output is not JSON: {error}")),
        None if text.ends_with("```") => {
            Err("the block at its end is never opened by a line with ```".to_owned())
        }
        None if text.starts_with(['{', '[', '"']) => Err(format!("its output is not JSON: {whole}")),
        None => Err(format!(
            "expected JSON, bare or in a ``` block at the end, found text that ends with `{}`",
            last_words(text)
        )),
    }
}

/// What stands in the fenced block that `text` ends with.
fn last_fence(text: &str) -> Option<&str> {
    let body = text.strip_suffix("```")?;
    let mut open = None;
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            open = Some(at + line.len());
        }
        at += line.len();
    }
    Some(&body[open?..])
}

fn last_words(text: &str) -> String {
    let line = text.lines().last().unwrap_or_default();
    let from = line.char_indices().rev().nth(59).map_or(0, |(at, _)| at);
    line[from..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_bare_json_or_the_fenced_block_at_the_end() {
        assert_eq!(answer(" {\"a\": 1}\n"), Ok(json!({"a": 1})));
        assert_eq!(answer("I looked.\n```json\n{\"a\": 1}\n```\n"), Ok(json!({"a": 1})));
        assert_eq!(answer("```json\n1\n```\nand then\n```\n[2]\n```"), Ok(json!([2])));
        assert_eq!(answer("\"just text\""), Ok(json!("just text")));
    }

    #[test]
    fn anything_else_is_told_exactly() {
        let why = |text| answer(text).unwrap_err();
        assert_eq!(why("  \n"), "expected JSON on standard output, found nothing");
        assert_eq!(
            why("All done, the score is 7."),
            "expected JSON, bare or in a ``` block at the end, found text that ends with `All done, the score is 7.`"
        );
        assert!(why("{\"a\": }").starts_with("its output is not JSON: expected value at line 1 column 7"));
        assert!(
            why("x\n```json\n{\n```").starts_with("the fenced block at the end of its output is not JSON: ")
        );
        assert_eq!(why("{1}\n```"), "the block at its end is never opened by a line with ```");
    }
}
