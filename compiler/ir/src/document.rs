//! Reading and writing the document.

use crate::{Program, VERSION};
use sha2::{Digest, Sha256};

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
}

impl Program {
    /// The document: JSON with sorted keys on one line, and a newline. The same program always gives the same bytes.
    ///
    /// # Errors
    /// When a float in it is not finite, which JSON cannot hold.
    pub fn to_document(&self) -> Result<String, serde_json::Error> {
        // A `Value` keeps its keys sorted, whatever the order of the fields here.
        let mut text = serde_json::to_value(self)?.to_string();
        text.push('\n');
        Ok(text)
    }

    /// Reads a document. Its references are not checked yet: see [`verify`](Self::verify).
    ///
    /// # Errors
    /// When it is not JSON of the format's shape, or of another version.
    pub fn from_document(text: &str) -> Result<Self, ReadError> {
        #[derive(serde::Deserialize)]
        struct Head {
            ir: u64,
        }
        let shape = |error: serde_json::Error| ReadError::Shape {
            message: error.to_string().split(" at line ").next().unwrap_or_default().to_owned(),
            line: error.line(),
            column: error.column(),
        };
        match serde_json::from_str::<Head>(text) {
            Ok(Head { ir }) if ir != u64::from(VERSION) => return Err(ReadError::Version { found: ir }),
            _ => {}
        }
        serde_json::from_str(text).map_err(shape)
    }
}
