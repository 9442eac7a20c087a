//! The programs of the corpus.

#![expect(clippy::disallowed_methods, reason = "tests may read the repository")]

use crate::support::Project;
use std::path::Path;

#[test]
fn the_corpus_is_right_but_for_what_is_not_checked_yet() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus/valid");
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "flow"))
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                std::fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    files.extend(BESIDE.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let report = Project::new(&files).report();
    let wrong: Vec<&str> =
        report.lines().filter(|line| !line.starts_with(' ') && !line.contains("not yet checked")).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What the programs of the corpus import and name.
const BESIDE: &[(&str, &str)] = &[
    (
        "prompts/writer.md",
        "Write a ${direction.poem_type} about ${direction.subject}.\n\nThe brief: ${brief}\n",
    ),
    ("prompts/design.md", "Design what ${ticket} asks. Findings so far: ${findings}\n"),
    ("prompts/plan.md", "Plan ${design}.\n"),
    ("prompts/implement.md", "Do ${plan}. Feedback: ${feedback ?? \"none yet\"}\n"),
    (
        "shared/tickets.flow",
        "type Severity = Low | High\n\ntype Ticket { id: string, title: string, severity: Severity = Low }\n",
    ),
    (
        "shared/checks.flow",
        "type Outcome { passed: bool, summary: string }\n\ncommand test_suite() -> Outcome { run: [\"./test\"] }\n",
    ),
];
