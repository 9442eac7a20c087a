//! Code Quality of GitLab: one list of all findings.

use crate::diagnostics::Severity;
use crate::diagnostics::report::{Finding, Report};
use rustc_hash::FxHashMap;
use serde_json::{Value, json};

pub(super) fn render(report: &Report) -> String {
    // How many findings have said the same of the same file: each needs a fingerprint of its own.
    let mut seen: FxHashMap<u128, u32> = FxHashMap::default();
    let list: Vec<Value> = report.findings.iter().map(|finding| entry(report, finding, &mut seen)).collect();
    format!("{:#}\n", Value::Array(list))
}

fn entry(report: &Report, finding: &Finding, seen: &mut FxHashMap<u128, u32>) -> Value {
    let (path, begin, end) = match report.primary(finding) {
        Some((source, span)) => {
            let (start, end) = source.range(span);
            (source.path.as_str(), start.line, end.line)
        }
        // What has no place is of the project as a whole, and GitLab wants a place.
        None => ("flow.toml", 1, 1),
    };
    // Without the line, so that a finding which only moved is the same one.
    let said = fingerprint(&[path, finding.code.0, &finding.message]);
    let nth = seen.entry(said).or_default();
    *nth += 1;
    let own = fingerprint(&[&format!("{said:032x}"), &nth.to_string()]);
    let mut description = format!("{}: {}", finding.code, finding.message);
    finding.help.iter().for_each(|help| description.push_str(&format!("; {help}")));
    json!({
        "description": description,
        "check_name": finding.code.0,
        "fingerprint": format!("{own:032x}"),
        "severity": match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        "location": { "path": path, "lines": { "begin": begin, "end": end } },
    })
}

/// FNV-1a over texts, each with its end. It must be the same on every machine and in every version.
fn fingerprint(texts: &[&str]) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0]));
    bytes.fold(OFFSET, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn a_fingerprint_is_the_same_for_ever() {
        assert_eq!(format!("{:032x}", fingerprint(&[])), "6c62272e07bb014262b821756295c58d");
        assert_ne!(fingerprint(&["a", "b"]), fingerprint(&["ab"]));
        assert_ne!(fingerprint(&["a", "b"]), fingerprint(&["b", "a"]));
    }
}
