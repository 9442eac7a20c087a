//! What a recorded result is found by: the stable key of its step, and hashes of what went into it.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use smol_str::SmolStr;

use super::cursor::bytes_of;

/// The stable key of one step of one run, made from names with iterations and call frames:
/// `ship#1/design_phase/loop[2]/architect`. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepKey(SmolStr);

impl StepKey {
    /// From the joined path.
    pub fn new(path: impl Into<SmolStr>) -> Self {
        Self(path.into())
    }

    /// The joined path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of something inside this step or scope.
    #[must_use]
    pub fn join(&self, name: &str) -> Self {
        let mut path = self.with_room(name);
        path.push_str(name);
        Self(path.into())
    }

    /// The key of one of several things inside, counted from 1.
    #[must_use]
    pub fn join_nth(&self, name: &str, number: impl fmt::Display) -> Self {
        use fmt::Write as _;
        let mut path = self.with_room(name);
        // Writing into text cannot fail.
        let _ = write!(path, "{name}[{number}]");
        Self(path.into())
    }

    /// The path and a slash, with room for a name and a number.
    fn with_room(&self, name: &str) -> String {
        let mut path = String::with_capacity(self.0.len() + name.len() + 12);
        path.push_str(&self.0);
        path.push('/');
        path
    }
}

/// A key is ordered, equal and hashed as its path.
impl std::borrow::Borrow<str> for StepKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StepKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The hash of a step's definition and inputs: a recorded result counts only under the same one. The first 128 bits of a
/// SHA-256, 32 hexadecimal digits in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct StepHash([u8; 16]);

impl StepHash {
    /// Of parts.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hashed = Parts::default();
        parts.into_iter().for_each(|part| hashed.add(part));
        hashed.hash()
    }
}

/// What a [`StepHash`] is of: parts, each counted with its length, so that moving a byte from one to the next changes the
/// hash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts(Vec<u8>);

impl Parts {
    /// One more part.
    pub fn add(&mut self, part: &[u8]) {
        self.write(|bytes| bytes.extend_from_slice(part));
    }

    /// One more part, which `write` appends.
    pub fn write(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.0.len();
        self.0.extend_from_slice(&[0; 8]);
        write(&mut self.0);
        let len = (self.0.len() - start - 8) as u64;
        self.0[start..start + 8].copy_from_slice(&len.to_le_bytes());
    }

    /// The bytes that are hashed.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// No parts any more; keeps some of the room for others.
    pub fn clear(&mut self) {
        self.0.clear();
        self.0.shrink_to(64 * 1024);
    }

    /// Their hash.
    pub fn hash(&self) -> StepHash {
        let mut hash = [0; 16];
        hash.copy_from_slice(&Sha256::digest(&self.0)[..16]);
        StepHash(hash)
    }
}

/// The SHA-256 of a content: the name of an artifact, the identity of a program. 64 hexadecimal digits in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// Of bytes.
    pub fn of(content: &[u8]) -> Self {
        Self(Sha256::digest(content).into())
    }

    /// Of a content that was fed to a hasher piece by piece.
    pub fn finish(hasher: Sha256) -> Self {
        Self(hasher.finalize().into())
    }
}

macro_rules! hexadecimal {
    ($name:ident, $bytes:literal) => {
        impl $name {
            /// Reads the hexadecimal digits; `None` for anything else.
            pub fn parse(digits: impl AsRef<[u8]>) -> Option<Self> {
                bytes_of(digits.as_ref()).map(Self)
            }

            fn text(self) -> String {
                self.0
                    .iter()
                    .flat_map(|byte| [byte >> 4, byte & 15])
                    .map(|it| char::from(b"0123456789abcdef"[it as usize]))
                    .collect()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.text())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.text())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.text())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Digits;
                impl serde::de::Visitor<'_> for Digits {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        write!(f, "{} hexadecimal digits", 2 * $bytes)
                    }

                    fn visit_str<E: Error>(self, text: &str) -> Result<$name, E> {
                        $name::parse(text)
                            .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
                    }
                }
                deserializer.deserialize_str(Digits)
            }
        }
    };
}

hexadecimal!(StepHash, 16);
hexadecimal!(ContentHash, 32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_hash_depends_on_where_its_parts_end() {
        let hash = |parts: &[&str]| StepHash::of(parts.iter().map(|it| it.as_bytes()));
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_ne!(hash(&["ab"]), hash(&["ab", ""]));
        // Runs that others recorded are found by it.
        assert_eq!(hash(&["ab", "c"]).to_string(), "43ee655579de01ca739b3f95c1c2d3f4");
    }

    #[test]
    fn a_hash_is_read_as_it_is_written() {
        let hash = ContentHash::of(b"");
        assert_eq!(hash.to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(ContentHash::parse(hash.to_string()), Some(hash));
        assert_eq!(ContentHash::parse("e3b0"), None);
        assert_eq!(StepHash::parse("G".repeat(32)), None);
    }
}
