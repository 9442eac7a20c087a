//! What checks can be lowered, and what is lowered is accepted by the verifier.

use crate::support::{Project, corpus, project};
use flow_compiler::check::check_file;
use flow_compiler::db::SourceFile;
use flow_compiler::diagnostics::Severity;
use flow_compiler::host::{Request, Session};
use flow_compiler::lower::{flows, lower_flow};
use flow_ir::{Program, TypeBody};
use flow_tests::generate;
use flow_tests::programs::EVERYTHING;
use std::path::Path;

/// Lowers every flow of a module and proves the document.
pub(crate) fn proven(db: &dyn flow_compiler::db::Db, file: SourceFile) -> Vec<Program> {
    flows(db, file)
        .iter()
        .map(|key| {
            let program = lower_flow(db, key).unwrap_or_else(|why| panic!("{}: {why}", key.name));
            let errors = program.verify().err().unwrap_or_default();
            let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
            assert!(told.is_empty(), "{}: {told:#?}", key.name);
            let document = program.to_document().unwrap();
            assert_eq!(Program::from_document(&document).unwrap(), program, "{}", key.name);
            program
        })
        .collect()
}

pub(crate) fn checks(project: &Project, file: SourceFile) -> bool {
    check_file(&project.db, file).iter().all(|found| found.code.severity() != Severity::Error)
}

#[test]
fn every_program_of_the_corpus_that_checks_is_lowered() {
    let project = corpus();
    let mut lowered = Vec::new();
    for file in project.modules() {
        if checks(&project, file) {
            let names = proven(&project.db, file).into_iter().map(|program| program.flow.to_string());
            lowered.extend(names);
        }
    }
    for flow in ["changelog", "poem_loop", "best_of", "main", "pool", "nightly"] {
        assert!(lowered.iter().any(|name| name == flow), "`{flow}` is not among {lowered:?}");
    }
}

#[test]
fn every_example_is_lowered() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").canonicalize().unwrap();
    for (folder, wanted) in [("repo_report", 1), ("ci_gate", 1), ("poem_loop", 1)] {
        let request =
            Request { directory: directory.join(folder), paths: vec![directory.join(folder)], stdin: None };
        let session = Session::open(&request).unwrap();
        let report = session.check();
        let told: Vec<&str> = report.findings.iter().map(|found| found.message.as_str()).collect();
        assert_eq!(told, [""; 0], "{folder}");
        let flows: usize = session.roots.iter().map(|root| proven(&session.db, *root).len()).sum();
        assert!(flows >= wanted, "{folder}: {flows} flows");
    }
}

#[test]
fn every_flow_of_a_generated_project_is_lowered() {
    let files = generate::project(40, 200);
    let files: Vec<(&str, &str)> = files
        .iter()
        .filter(|file| file.path.ends_with(".flow"))
        .map(|file| (file.path.as_str(), file.text.as_str()))
        .collect();
    let project = Project::new(&files);
    let lowered: usize = project.modules().into_iter().map(|file| proven(&project.db, file).len()).sum();
    assert!(lowered >= 40, "{lowered} flows");
    let alone = Project::new(&[("main.flow", generate::command_loop())]);
    assert_eq!(proven(&alone.db, alone.file("main.flow")).len(), 1);
}

/// What lowering knows beside [`EVERYTHING`].
const OWN: &str = r#"
import std/review.{Verdict}

type Tree { name: string, children: [Tree] }

flow looping(tree: Tree) -> int {
  var depth = 0
  let found = loop max 5 {
    depth += 1
    if depth == 4 or tree.children.is_empty() { break depth }
  } else { -1 }
  let quick = race {
    names = list(".") => names.len()
    exec = shout("y") => exec.exit
  }
  found + quick
}
"#;

fn everything() -> Vec<Program> {
    let project = project(&format!("{EVERYTHING}{OWN}"));
    let report = project.report();
    assert!(!report.contains("`: E"), "{report}");
    proven(&project.db, project.file("main.flow"))
}

#[test]
fn everything_that_checks_has_a_form_that_the_verifier_accepts() {
    let names: Vec<String> = everything().iter().map(|program| program.flow.to_string()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
}

#[test]
fn the_same_text_gives_the_same_bytes() {
    let bytes = |programs: &[Program]| -> Vec<String> {
        programs.iter().map(|program| program.to_document().unwrap()).collect()
    };
    assert_eq!(bytes(&everything()), bytes(&everything()));
}

#[test]
fn tags_are_what_the_verifier_makes_of_the_names() {
    let mut seen = 0;
    for program in everything() {
        for def in program.types.values() {
            if let TypeBody::Enum(variants) | TypeBody::Union(variants) = &def.body {
                for variant in variants {
                    seen += 1;
                    assert_eq!(variant.tag, flow_ir::verify::snake_case(&variant.name));
                }
            }
        }
    }
    assert!(seen >= 6, "{seen}");
}

#[test]
fn an_edge_to_a_parameter_carries_the_type_that_is_declared_there() {
    let mut seen = 0;
    for program in everything() {
        for edge in &program.handoffs {
            let Some(param) = &edge.param else { continue };
            let stage = edge.to.rsplit('.').next().unwrap();
            let params = program
                .flows
                .get(&edge.flow)
                .and_then(|flow| flow.stages.get(stage).map(|stage| &stage.params))
                .or_else(|| program.agents.get(&edge.to).map(|agent| &agent.frame.params))
                .or_else(|| program.commands.get(&edge.to).map(|command| &command.frame.params))
                .or_else(|| program.humans.get(&edge.to).map(|human| &human.frame.params))
                .or_else(|| program.flows.get(&edge.to).map(|flow| &flow.frame.params));
            let declared = params.and_then(|params| params.iter().find(|it| it.name == *param));
            seen += 1;
            assert_eq!(declared.map(|param| &param.ty), Some(&edge.ty), "{} → {}", edge.from, edge.to);
        }
    }
    assert!(seen >= 8, "{seen}");
}

#[test]
fn keys_of_steps_are_unlike_one_another_and_do_not_move_with_the_text() {
    let programs = everything();
    let project = project(&format!("// A comment.\n\n{EVERYTHING}{OWN}"));
    let moved = proven(&project.db, project.file("main.flow"));
    assert_eq!(programs.len(), moved.len());
    for (before, after) in programs.iter().zip(&moved) {
        let keys = |program: &Program| -> Vec<String> {
            program.flows[&program.flow].steps.iter().map(|step| step.key.clone()).collect()
        };
        assert_eq!(keys(before), keys(after));
        let mut sorted = keys(before);
        sorted.sort();
        sorted.dedup();
        assert_eq!(sorted.len(), keys(before).len(), "{}", before.flow);
    }
    assert_ne!(programs[0].sources, moved[0].sources);
}

#[test]
fn a_document_says_what_its_flows_may_use_up() {
    let programs = everything();
    let everything = programs.iter().find(|program| program.flow == "everything").unwrap();
    let bounds = &everything.flows["everything"].bounds;
    assert_eq!(bounds.turns.least, 1);
    // The limit of the stage times the two turns of the agent is below the budget of nine.
    assert_eq!(bounds.turns.most, flow_ir::Most::Known(6));
    assert_eq!(bounds.time.most, flow_ir::Most::Known(3_600_000));
    let flow_ir::Most::Unknown(reasons) = &bounds.cost.most else { panic!("{:?}", bounds.cost) };
    assert_eq!(reasons[0].why, "`judge` has no `cost`");
    let (_, line, ..) = everything.sources.spans[reasons[0].at as usize];
    assert!(EVERYTHING.trim_start().lines().nth(line as usize - 1).unwrap().starts_with("agent judge"));
}

#[test]
fn an_id_pins_the_name_of_an_item_in_the_keys_of_its_calls() {
    let text = "@id(\"review\")\ncommand inspect() -> int { run: [\"c\"] }\nflow f() -> int { inspect() + inspect() }";
    let project = project(text);
    let program = &proven(&project.db, project.file("main.flow"))[0];
    let keys: Vec<&str> = program.flows["f"].steps.iter().map(|step| step.key.as_str()).collect();
    assert_eq!(keys, ["f/review", "f/review~2"]);
}

#[test]
fn a_document_says_which_files_its_flows_touch() {
    let text = "agent a(x: file(\"src/**\")) -> output(\"out/*.md\") { prompt: \"${x}\", tools: [read] }\n\
                flow f(x: file(\"src/**\")) { g(x) }\nflow g(x: file(\"src/**\")) {\n  a(x)\n  write(\"x\", \"y\")\n}\n";
    let project = project(text);
    let programs = proven(&project.db, project.file("main.flow"));
    let effects = &programs[0].flows["f"].effects;
    assert_eq!(effects.reads, ["src/**"]);
    assert_eq!(effects.writes, ["out/*.md", "x"]);
    assert_eq!(effects.tools, ["read"]);
}

#[test]
fn only_a_value_that_may_break_a_predicate_is_held_to_it() {
    let holds = |body: &str| {
        let types = "type Score = float where it <= 1.0\ntype High = Score where it >= 0.5\n\
            type Few = [string] where it.len() <= 2\ntype Report { score: Score, line: int where it >= 1 }\n\
            fn rated() -> High { 0.9 }\n";
        let flow = format!("{types}flow f(x: float, s: Score, r: Report) {{\n{body}\n}}\n");
        let project = project(&flow);
        let program = &proven(&project.db, project.file("main.flow"))[0];
        let mut found = 0;
        flow_ir::walk(&program.flows["f"].body, &mut |node| {
            found += usize::from(matches!(
                node.op,
                flow_ir::Op::Hold { .. } | flow_ir::Op::Set { ty: Some(_), .. }
            ));
        });
        found
    };
    // It has the type already, or one that is narrower.
    assert_eq!(holds("let a: Score = s\nlet b: Score? = rated()\nvar c: [Score] = [s]\nc += [r.score]"), 0);
    assert_eq!(holds("let a: float = s\nvar b = x\nb = s"), 0);
    // It is known.
    assert_eq!(holds("let a: Score = 0.5\nvar b: Few = [\"a\"]\nlet c: High? = none"), 0);
    // The values of branches and elements are held each.
    assert_eq!(holds("let a: Score = if x > 0.5 { s } else { x }"), 1);
    assert_eq!(holds("let a: [Score] = [s, x, 0.5]"), 1);
    // What is narrower is not what it stands for.
    assert_eq!(holds("let a: High = s"), 1);
    assert_eq!(holds("var a: Few = []\na += [\"b\"]"), 1);
    assert_eq!(holds("var a = r\na.line = 3\na.score = s\na.score = x"), 2);
}
