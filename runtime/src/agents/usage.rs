//! What a program of one's own says that it used.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Usage;

/// The variable that names the file.
pub(super) const USAGE: &str = "FLOW_USAGE";

/// What is counted where it says nothing.
pub(super) const UNTOLD: Usage =
    Usage { turns: 1, unpriced: 1, input_tokens: 0, output_tokens: 0, cost_micros: 0 };

/// The form of the file; everything may be left out.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Told {
    turns: Option<u32>,
    input_tokens: u64,
    output_tokens: u64,
    /// In dollars.
    cost: Option<f64>,
}

/// Where the program of a step writes it.
pub(super) fn path(dir: &Path) -> PathBuf {
    dir.join("usage.json")
}

/// What it wrote.
///
/// # Errors
/// In words that follow the name of the program: it is not of the form.
pub(super) fn read(dir: &Path) -> Result<Usage, String> {
    let text = match fs::read(path(dir)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(UNTOLD),
        Err(error) => return Err(format!("left a usage ({USAGE}) that cannot be read: {error}")),
    };
    usage(&text).map_err(|why| format!("left a usage ({USAGE}) that cannot be counted: {why}"))
}

fn usage(text: &[u8]) -> Result<Usage, String> {
    let told: Told = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    let turns = told.turns.unwrap_or(1).max(1);
    let cost_micros = match told.cost {
        None => 0,
        Some(cost) => {
            micros(cost).ok_or_else(|| format!("`cost` is {cost}, which is no number of dollars"))?
        }
    };
    let unpriced = if told.cost.is_some() { 0 } else { turns };
    let Told { input_tokens, output_tokens, .. } = told;
    Ok(Usage { input_tokens, output_tokens, cost_micros, unpriced, turns })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "its range is looked at before")]
fn micros(dollars: f64) -> Option<u64> {
    (0.0..1e12).contains(&dollars).then(|| (dollars * 1e6).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_may_say_what_it_used_or_a_part_of_it() {
        let told = usage(br#"{"turns": 3, "input_tokens": 10, "output_tokens": 2, "cost": 0.25}"#).unwrap();
        assert_eq!(
            told,
            Usage { turns: 3, input_tokens: 10, output_tokens: 2, cost_micros: 250_000, unpriced: 0 }
        );
        assert_eq!(usage(b"{}").unwrap(), UNTOLD);
        assert_eq!(usage(br#"{"turns": 2}"#).unwrap().unpriced, 2);
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read(dir.path()).unwrap(), UNTOLD);
    }

    #[test]
    fn what_cannot_be_counted_is_told() {
        let why = |text: &str| usage(text.as_bytes()).unwrap_err();
        assert_eq!(why(r#"{"cost": -1}"#), "`cost` is -1, which is no number of dollars");
        assert!(why(r#"{"tokens": 1}"#).starts_with("unknown field `tokens`"), "{}", why(r#"{"tokens": 1}"#));
        assert!(why("12").contains("invalid type"), "{}", why("12"));
    }
}
