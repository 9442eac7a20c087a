//! Reading and writing the document.

use crate::deep::{Limited, MAX_DEPTH, depth_of, on_deep_stack};
use crate::{Program, VERSION};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Documents up to this depth are read on the caller's stack; `serde_json` itself would allow 128.
const SHALLOW: usize = 100;

/// The SHA-256 of a document's bytes: the identity of a program.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProgramHash(String);

impl ProgramHash {
    /// The hash of a document.
    pub fn of(document: &str) -> Self {
        use std::fmt::Write as _;
        let mut text = String::with_capacity(64);
        for byte in Sha256::digest(document.as_bytes()) {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// The 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first 12 digits, enough to tell programs apart when people read them.
    pub fn short(&self) -> &str {
        &self.0[..12]
    }
}

impl std::fmt::Display for ProgramHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a document cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It is not JSON, or not of the format's shape.
    #[error("not a program: {message} at line {line}, column {column}")]
    Shape {
        /// What is wrong.
        message: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// It is of another version.
    #[error("the program is written in version {found} of the format, this program reads version {VERSION}")]
    Version {
        /// What it says of itself.
        found: u64,
    },
    /// Its arrays and objects lie too deep in one another.
    #[error("the program is nested {depth} levels deep, at most {MAX_DEPTH} can be read")]
    TooDeep {
        /// How deep.
        depth: usize,
    },
    /// The system has no room for the thread that reads a deep document.
    #[error("there is no memory to read a deeply nested program: {0}")]
    NoRoom(std::io::Error),
}

/// Why a program cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// It holds what JSON cannot say.
    #[error("the program cannot be written: {0}")]
    Content(serde_json::Error),
    /// Its expressions lie too deep in one another.
    #[error("the program is nested more than {MAX_DEPTH} levels deep; split its largest expressions")]
    TooDeep,
    /// The system has no room for the thread that writes it.
    #[error("there is no memory to write the program: {0}")]
    NoRoom(std::io::Error),
}

impl Program {
    /// The document: JSON with sorted keys on one line, and a newline. The same program always gives the same bytes.
    ///
    /// # Errors
    /// When a float in it is not finite, which JSON cannot hold, or when it is nested deeper than [`MAX_DEPTH`].
    pub fn to_document(&self) -> Result<String, WriteError> {
        on_deep_stack(|| {
            self.measure()?;
            // A `Value` keeps its keys sorted, whatever the order of the fields here.
            let mut text = serde_json::to_value(self).map_err(WriteError::Content)?.to_string();
            text.push('\n');
            Ok(text)
        })
        .map_err(WriteError::NoRoom)?
    }

    /// Whether it can be written at all, before anything recurses into it without a bound.
    fn measure(&self) -> Result<(), WriteError> {
        let mut probe = serde_json::Serializer::with_formatter(std::io::sink(), Limited::default());
        self.serialize(&mut probe)
            .map_err(|error| if error.is_io() { WriteError::TooDeep } else { WriteError::Content(error) })
    }

    /// Reads a document. Its references are not checked yet: see [`verify`](Self::verify).
    ///
    /// # Errors
    /// When it is not JSON of the format's shape, of another version, or nested deeper than [`MAX_DEPTH`].
    pub fn from_document(text: &str) -> Result<Self, ReadError> {
        let depth = depth_of(text);
        if depth > MAX_DEPTH {
            Err(ReadError::TooDeep { depth })
        } else if depth > SHALLOW {
            on_deep_stack(|| read(text)).map_err(ReadError::NoRoom)?
        } else {
            read(text)
        }
    }
}

/// Reads a document whose depth the stack can bear.
fn read(text: &str) -> Result<Program, ReadError> {
    #[derive(Deserialize)]
    struct Head {
        ir: u64,
    }
    if let Ok(Head { ir }) = parse(text)
        && ir != u64::from(VERSION)
    {
        return Err(ReadError::Version { found: ir });
    }
    parse(text).map_err(|error| ReadError::Shape {
        message: error.to_string().split(" at line ").next().unwrap_or_default().to_owned(),
        line: error.line(),
        column: error.column(),
    })
}

/// Without the limit of `serde_json`, which is too low for our trees: the caller has measured the text.
fn parse<'t, T: Deserialize<'t>>(text: &'t str) -> serde_json::Result<T> {
    let mut reader = serde_json::Deserializer::from_str(text);
    reader.disable_recursion_limit();
    let value = T::deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}
