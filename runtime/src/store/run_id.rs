//! The names of runs: `POM-3`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, format_smolstr};

use super::StoreError;

/// The name of a run: capitals and digits that remind of the flow, and a number that is free in its directory.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RunId {
    prefix: SmolStr,
    number: u64,
}

impl RunId {
    /// The first run of a flow, and the ones after it.
    pub fn new(flow: &str, number: u64) -> Self {
        Self { prefix: prefix(flow), number }
    }

    /// The first run under a code such as `POM`, or under one made from the flow's name if that is none.
    pub fn with_code(code: &str, flow: &str) -> Self {
        if is_prefix(code) { Self { prefix: code.into(), number: 1 } } else { Self::new(flow, 1) }
    }

    /// Another run of the same flow.
    #[must_use]
    pub fn sibling(&self, number: u64) -> Self {
        Self { prefix: self.prefix.clone(), number }
    }

    /// The number behind the dash.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Whether both remind of the same flow.
    pub fn is_sibling_of(&self, other: &Self) -> bool {
        self.prefix == other.prefix
    }
}

/// Whether a text can stand before the dash.
fn is_prefix(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.len() <= 8
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// Of several words their first letters, of one its first three.
fn prefix(flow: &str) -> SmolStr {
    let words: Vec<&str> =
        flow.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let letters: String = match words.as_slice() {
        [] => "RUN".to_owned(),
        [word] => word.chars().take(3).collect(),
        words => words.iter().filter_map(|word| word.chars().next()).take(4).collect(),
    };
    let letters = letters.to_ascii_uppercase();
    if letters.starts_with(|c: char| c.is_ascii_digit()) {
        format_smolstr!("R{letters}")
    } else {
        letters.into()
    }
}

impl FromStr for RunId {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let wrong = || StoreError::NotARun(text.to_owned());
        let (prefix, number) = text.split_once('-').ok_or_else(wrong)?;
        let is_number = number.chars().all(|c| c.is_ascii_digit()) && !number.starts_with('0');
        match number.parse() {
            Ok(number) if is_prefix(prefix) && is_number => Ok(Self { prefix: prefix.into(), number }),
            _ => Err(wrong()),
        }
    }
}

impl TryFrom<String> for RunId {
    type Error = StoreError;

    fn try_from(text: String) -> Result<Self, StoreError> {
        text.parse()
    }
}

impl From<RunId> for String {
    fn from(id: RunId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.prefix, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_called_after_its_flow() {
        for (flow, id) in
            [("poem", "POE-1"), ("repo_report", "RR-1"), ("ship", "SHI-1"), ("", "RUN-1"), ("3d", "R3D-1")]
        {
            assert_eq!(RunId::new(flow, 1).to_string(), id);
            assert_eq!(id.parse::<RunId>().unwrap(), RunId::new(flow, 1));
        }
    }

    #[test]
    fn a_code_stands_as_it_is_written() {
        assert_eq!(RunId::with_code("GATE", "ci_gate").to_string(), "GATE-1");
        assert_eq!(RunId::with_code("gate", "ci_gate").to_string(), "CG-1");
        assert_eq!(RunId::with_code("GATE", "ci_gate").sibling(4).to_string(), "GATE-4");
    }

    #[test]
    fn what_is_no_run_is_not_taken_for_one() {
        for text in [
            "",
            "POM",
            "POM-",
            "POM-0",
            "POM-03",
            "pom-3",
            "POM-3x",
            "-3",
            "../x-1",
            "POM-3/..",
            "POM-99999999999999999999",
        ] {
            let error = text.parse::<RunId>().unwrap_err().to_string();
            assert_eq!(error, format!("`{text}` does not name a run; a run is called like `POM-3`"));
        }
    }
}
