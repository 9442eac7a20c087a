//! Values in the journal: JSON text kept as it is, or the name of an artifact that holds it.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::ContentHash;

/// The longest JSON text that stands in a record itself, in bytes; longer ones become artifacts.
pub const INLINE_LIMIT: usize = 256 * 1024;

/// How the text of a reference begins, and no inline text ever does.
const REFERENCE: &str = r#"{"artifact":""#;

/// A value in a record.
#[derive(Clone, Debug)]
pub enum Recorded {
    /// The JSON text. Made by [`Recorded::inline`], or read.
    Inline(Box<RawValue>),
    /// The artifact that holds the JSON text.
    Artifact(ArtifactRef),
}

/// The name of an artifact: `{"artifact": "…", "bytes": n}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtifactRef {
    /// The hash of its content.
    pub artifact: ContentHash,
    /// The length of its content.
    pub bytes: u64,
}

impl Recorded {
    /// The value inline, or back again when it must become an artifact: it is too long, or could be taken for the reference
    /// to one.
    ///
    /// # Errors
    /// The text itself, for the caller to store.
    pub fn inline(json: Box<RawValue>) -> Result<Self, Box<RawValue>> {
        let text = json.get();
        if text.len() > INLINE_LIMIT || text.starts_with(REFERENCE) {
            Err(json)
        } else {
            Ok(Self::Inline(json))
        }
    }
}

impl From<ArtifactRef> for Recorded {
    fn from(reference: ArtifactRef) -> Self {
        Self::Artifact(reference)
    }
}

impl Serialize for Recorded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Inline(json) => json.serialize(serializer),
            Self::Artifact(reference) => reference.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Recorded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        if json.get().starts_with(REFERENCE) {
            serde_json::from_str(json.get()).map(Self::Artifact).map_err(D::Error::custom)
        } else {
            Ok(Self::Inline(json))
        }
    }
}
