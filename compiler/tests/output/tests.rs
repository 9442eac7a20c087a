//! Tests in the document and in the editor.

use crate::support::{Project, project};
use flow_compiler::ide::{completions, definition, hover, symbols};
use flow_compiler::lower::{Extent, lower_flow, lower_tests};
use flow_compiler::resolve::exports;
use flow_ir::{Double, Program};

const FLOWS: &str = "/// Says what is good.\nagent critic(poem: string) -> bool { prompt: poem }\n\
    flow judged(poem: string) -> string { if critic(poem) { \"good\" } else { \"bad\" } }\n\
    flow unused() -> int { 1 }\n";
const TESTS: &str = "test \"b\" {\n  stub critic = [true]\n  expect judged(\"x\") == \"good\"\n}\n\
    test \"a\" {\n  stub critic = |poem| poem == \"y\"\n  expect judged(\"x\") == \"bad\" and calls(critic).len() == 1\n}\n";

fn both() -> Project {
    project(&format!("{FLOWS}{TESTS}"))
}

fn document(project: &Project, flow: &str) -> String {
    let exports = exports(&project.db, project.file("main.flow"));
    let key = exports.get(flow).unwrap().key.clone();
    lower_flow(&project.db, &key).unwrap().to_document().unwrap()
}

fn tests(project: &Project, extent: Extent) -> Program {
    lower_tests(&project.db, project.file("main.flow"), extent).unwrap()
}

#[test]
fn a_test_does_not_change_the_document_of_a_flow() {
    let plain = document(&project(FLOWS), "judged");
    assert_eq!(plain, document(&both(), "judged"));
    assert_ne!(plain, document(&project(&FLOWS.replace("good", "fine")), "judged"));
}

#[test]
fn tests_have_a_document_of_their_own_that_is_verified_and_survives_being_written() {
    let program = tests(&both(), Extent::Reached);
    program.verify().unwrap();
    assert_eq!(program.tests.keys().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(program.flows.keys().collect::<Vec<_>>(), ["judged"]);
    assert_eq!(program.tests["a"].effects.agents, ["critic"]);
    assert!(program.handoffs.iter().all(|edge| edge.flow == "judged"));
    let document = program.to_document().unwrap();
    assert_eq!(Program::from_document(&document).unwrap(), program);
    let whole = tests(&both(), Extent::Whole);
    assert_eq!(whole.flows.keys().collect::<Vec<_>>(), ["judged", "unused"]);
}

#[test]
fn a_tampered_document_of_tests_is_refused() {
    let errors = |change: fn(&mut Program)| {
        let mut program = tests(&both(), Extent::Reached);
        change(&mut program);
        program.verify().unwrap_err().into_iter().map(|error| error.to_string()).collect::<Vec<_>>()
    };
    let found = errors(|program| {
        program.agents.clear();
    });
    assert!(found.iter().any(|error| error.contains("there is no agent `critic`")), "{found:?}");
    let found = errors(|program| {
        let test = program.tests.get_mut("a").unwrap();
        let text = serde_json::to_string(&test.body).unwrap().replace("\"agent\":", "\"human\":");
        test.body = serde_json::from_str(&text).unwrap();
    });
    assert!(found.iter().any(|error| error.contains("there is no human `critic`")), "{found:?}");
    let found = errors(|program| {
        program.flow = "judged".into();
    });
    assert!(found.iter().any(|error| error.contains("has no root flow")), "{found:?}");
    assert_eq!(Double::Agent("critic".into()).name(), "critic");
}

/// The offset of `|` in the last test of a text, and the project.
fn at(marked: &str) -> (Project, u32) {
    let offset = u32::try_from(marked.find('¦').unwrap()).unwrap();
    (project(&marked.replace('¦', "")), offset)
}

#[test]
fn the_editor_completes_stubs_and_what_tests_say() {
    let labels = |marked: &str| -> Vec<String> {
        let (project, offset) = at(marked);
        let found = completions(&project.db, project.file("main.flow"), offset, true);
        found.into_iter().map(|it| it.label).collect()
    };
    let stubs = labels(&format!("{FLOWS}test \"t\" {{\n  stub ¦ = [true]\n}}"));
    assert_eq!(stubs.first().map(String::as_str), Some("critic"));
    assert!(stubs.contains(&"sh".to_owned()) && !stubs.contains(&"judged".to_owned()), "{stubs:?}");
    let words = labels(&format!("{FLOWS}test \"t\" {{\n  ¦\n}}"));
    for word in ["stub", "expect", "calls", "failure", "file", "judged"] {
        assert!(words.contains(&word.to_owned()), "{word} in {words:?}");
    }
    let elsewhere = labels(&format!("{FLOWS}flow g() -> int {{\n  ¦\n  1\n}}"));
    assert!(!elsewhere.contains(&"expect".to_owned()), "{elsewhere:?}");
}

#[test]
fn the_editor_knows_what_a_stub_stands_for() {
    let (project, offset) =
        at(&format!("{FLOWS}test \"t\" {{\n  stub cri¦tic = [true]\n  critic(\"x\")\n}}"));
    let file = project.file("main.flow");
    let shown = hover(&project.db, file, offset).unwrap();
    assert!(format!("{shown:?}").contains("Says what is good."), "{shown:?}");
    let target = definition(&project.db, file, offset).unwrap();
    assert_eq!(&file.text(&project.db)[target.span.range()], "critic");
    assert!(target.span.start < offset);
    let outline = symbols(&project.db, file);
    let last = outline.last().unwrap();
    assert_eq!((last.name.as_str(), last.kind), ("t", flow_compiler::ide::SymbolKind::Test));
}
