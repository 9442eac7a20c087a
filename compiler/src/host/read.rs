//! Files as text, or what is wrong with them.

#![expect(clippy::disallowed_methods, reason = "this is part of the edge: it reads files and nothing else")]

use super::{NOT_UTF8, UNREADABLE};
use crate::diagnostics::report::{Finding, FindingLabel, Report, Source};
use crate::diagnostics::{Code, Severity};
use flow_grammar::span::Span;
use std::io::Read;
use std::path::Path;

/// Larger files are refused: places in them could not be numbered.
const LARGEST: u64 = 1 << 30;

/// The text of a file, which messages call `shown`.
///
/// # Errors
/// With a report when it cannot be read, is no regular file, is larger than 1 GiB, or is not UTF-8.
pub fn file(path: &Path, shown: &str) -> Result<String, Report> {
    let bytes = regular(path).and_then(|size| match size {
        size if size > LARGEST => Err(std::io::Error::other("the file is larger than 1 GiB")),
        _ => std::fs::read(path),
    });
    match bytes {
        Ok(bytes) => text(bytes, shown),
        Err(error) => {
            let message = format!("cannot read `{shown}`: {}", plain(&error));
            Err(problem(UNREADABLE, message, shown, String::new(), Span::default(), None))
        }
    }
}

/// The size of a file that can be read to its end: a pipe may be waited for without one, and a device be read without one.
///
/// # Errors
/// When there is nothing, or something else than a regular file.
pub fn regular(path: &Path) -> std::io::Result<u64> {
    let found = std::fs::metadata(path)?;
    match found.len() {
        _ if found.is_dir() => Err(std::io::Error::other("it is a directory")),
        _ if !found.is_file() => Err(std::io::Error::other("it is no regular file")),
        size => Ok(size),
    }
}

/// Standard input, or another stream, up to its end.
///
/// # Errors
/// When it cannot be read, or does not end within 1 GiB.
pub fn stream(from: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match from.take(LARGEST + 1).read_to_end(&mut bytes)? as u64 {
        size if size > LARGEST => Err(std::io::Error::other("there is more than 1 GiB of it")),
        _ => Ok(bytes),
    }
}

/// Bytes as text, which messages call `shown`. Lines that end with a carriage return alone end as all others do.
///
/// # Errors
/// With a report when they are not UTF-8.
pub fn text(mut bytes: Vec<u8>, shown: &str) -> Result<String, Report> {
    if memchr::memchr(b'\r', &bytes).is_some() && memchr::memchr(b'\n', &bytes).is_none() {
        bytes.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let byte = error.as_bytes().get(at).copied().unwrap_or_default();
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        let start = u32::try_from(at).unwrap_or(u32::MAX);
        let message = format!("`{shown}` is not UTF-8: byte {at} is 0x{byte:02x}");
        let help = "save the file as UTF-8".to_owned();
        problem(NOT_UTF8, message, shown, text, Span::new(start, start.saturating_add(3)), Some(help))
    })
}

fn problem(
    code: Code,
    message: String,
    shown: &str,
    text: String,
    span: Span,
    help: Option<String>,
) -> Report {
    let sources = vec![Source::new(shown.to_owned(), text)];
    let labels = vec![FindingLabel { source: 0, span, text: String::new() }];
    let severity = Severity::Error;
    let finding = Finding { code, severity, message, labels, notes: Vec::new(), help, fixes: Vec::new() };
    Report { sources, findings: vec![finding] }
}

/// What the system says, without its number.
fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
