//! Every single edit of a document: it is refused, or it makes another program that is right, and then nothing that runs
//! it panics. What may be changed stands in a table.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use flow_compiler::db::SourceFile;
use flow_compiler::host::{Request, Session};
use flow_compiler::lower::{Extent, flows, lower_flow, lower_tests};
use flow_ir::Program;
use flow_runtime::boundary::Workspace;
use flow_tests::programs::EVERYTHING;
use serde_json::{Value, json};

/// What may be edited, by the end of its place and what is done there, and why the program is right all the same.
const MAY_DIFFER: [(&[&str], &str); 12] = [
    (
        &["at changed", "spans/*/* changed", "files/*/path renamed"],
        "it comes from another place of the source",
    ),
    (
        &["doc removed", "doc renamed", "locals/* renamed", "spawn/name renamed", "refinement/text renamed"],
        "people read it",
    ),
    (
        &[
            "bounds removed",
            "least changed",
            "known changed",
            "depends renamed",
            "why renamed",
            "unbounded/* removed",
            "unknown/* removed",
        ],
        "it is what the compiler worked out of a run's limits, which nobody else can",
    ),
    (
        &[
            "tools removed",
            "tools/* removed",
            "tools/* renamed",
            "reads removed",
            "reads/* removed",
            "reads/* renamed",
            "writes removed",
            "writes/* removed",
            "writes/* renamed",
            "network removed",
            "network/* removed",
            "network/* renamed",
        ],
        "it is what the compiler worked out of the files and the network that a run touches",
    ),
    (
        &["secrets removed", "secrets/* removed", "secrets/* renamed"],
        "it is declared and used nowhere, which nobody else can know",
    ),
    (
        &["prompt/* removed", "ask/* removed", "text renamed", "shell/* removed"],
        "an agent, a person or a shell is asked something else",
    ),
    (
        &[
            "op/bool flipped",
            "op/int changed",
            "op/float changed",
            "op/duration changed",
            "op/string renamed",
            "template/* removed",
            "list/* removed",
            "block/* removed",
            "else removed",
            "guard removed",
            "default removed",
            "each/* removed",
            "code renamed",
            "live flipped",
            "live removed",
        ],
        "it computes another value of the same type, or does less",
    ),
    (
        &[
            "budget removed",
            "budget/time changed",
            "budget/time removed",
            "budget/turns changed",
            "budget/turns removed",
            "max removed",
            "timeout removed",
            "retry removed",
            "settings removed",
            "settings/* removed",
            "options removed",
            "options/* removed",
            "ok/* changed",
            "ok/* removed",
            "parallel flipped",
            "parallel removed",
        ],
        "it has other limits",
    ),
    (
        &[
            "bind changed",
            "op/local changed",
            "slot changed",
            "params/* changed",
            "binder changed",
            "binder removed",
            "set/path removed",
            "set/path/* removed",
        ],
        "it takes another variable, to which something of a fitting type is bound",
    ),
    (
        &[
            "pattern/or/* removed",
            "variant/fields removed",
            "variant/fields/* removed",
            "fields/*/* renamed",
            "variant/variant renamed",
            "pattern/record/* removed",
        ],
        "it matches another value, or less of it",
    ),
    (
        &[
            "params/* removed",
            "params/*/name renamed",
            "record/* removed",
            "record/*/name renamed",
            "fields/* removed",
            "fields/*/name renamed",
            "enum/* removed",
            "refinement removed",
            "refinement/locals changed",
            "glob removed",
            "glob renamed",
            "tests/* removed",
        ],
        "nothing uses what was declared there",
    ),
    (&["key renamed"], "nothing in it has a key"),
];

/// How often one kind of edit is tried.
const MOST_TIMES: usize = 2;

/// A place of a document: its way, and the same with what is different in every program left out.
struct Place {
    pointer: String,
    shape: String,
}

fn places(value: &Value, pointer: &str, way: &mut Vec<String>, found: &mut Vec<Place>) {
    found.push(Place { pointer: pointer.to_owned(), shape: shape(way) });
    let mut inside = |segment: &str, member: &Value| {
        way.push(segment.to_owned());
        let escaped = segment.replace('~', "~0").replace('/', "~1");
        places(member, &format!("{pointer}/{escaped}"), way, found);
        way.pop();
    };
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| inside(&index.to_string(), item));
        }
        Value::Object(members) => members.iter().for_each(|(name, member)| inside(name, member)),
        _ => {}
    }
}

/// `/flows/ship/body/op/block/3/op/string` → `op/string`, `/types/Plan/body/record/1/name` → `types/*/body/record/*/name`
fn shape(way: &[String]) -> String {
    const TABLES: [&str; 8] = ["types", "consts", "fns", "commands", "agents", "humans", "flows", "tests"];
    const NAMED: [&str; 7] = ["stages", "endpoints", "settings", "schemas", "fields", "record", "options"];
    let from = way.iter().rposition(|segment| segment == "op").unwrap_or(0);
    let mut out: Vec<&str> = Vec::new();
    for (index, segment) in way.iter().enumerate().skip(from) {
        let above = index.checked_sub(1).and_then(|above| way.get(above)).map_or("", String::as_str);
        let is_name = (index == 1 && TABLES.contains(&above)) || NAMED.contains(&above);
        let is_index = segment.bytes().all(|byte| byte.is_ascii_digit());
        out.push(if is_name || is_index { "*" } else { segment });
        if matches!(segment.as_str(), "schema" | "schemas") {
            break;
        }
    }
    out.join("/")
}

/// What becomes of a value.
fn edits(value: &Value) -> Vec<(&'static str, Option<Value>)> {
    let mut out = vec![("removed", None)];
    match value {
        Value::String(text) => out.push(("renamed", Some(json!(format!("{text}x"))))),
        Value::Number(number) => {
            let changed = match number.as_i64() {
                Some(whole) => [json!(whole + 1), json!(whole + 1000)],
                None => [json!(number.as_f64().unwrap() + 1.0), json!(-1.5)],
            };
            out.extend(changed.into_iter().map(|changed| ("changed", Some(changed))));
        }
        Value::Bool(value) => out.push(("flipped", Some(json!(!value)))),
        _ => {}
    }
    out
}

fn edited(document: &Value, pointer: &str, edit: Option<Value>) -> Option<Value> {
    let mut document = document.clone();
    match edit {
        Some(value) => *document.pointer_mut(pointer)? = value,
        None => {
            let (parent, member) = pointer.rsplit_once('/')?;
            match document.pointer_mut(parent)? {
                Value::Object(members) => {
                    members.remove(&member.replace("~1", "/").replace("~0", "~"))?;
                }
                Value::Array(items) => drop(items.remove(member.parse().ok()?)),
                _ => return None,
            }
        }
    }
    Some(document)
}

/// What a document can hold beside [`EVERYTHING`], and tests that go through most of both.
const OWN: &str = r#"
fn sums(words: [string], table: {string: int}) -> {string: int} {
  var all = table
  for word in words.filter(|it| it.len() > 1) {
    all[word] = (all.get(word) ?? 0) + 1
  }
  all["total"] = words.map(|it| it.len()).fold(0, |sum, it| sum + it)
  all
}

flow looping(limit: int) -> int {
  var depth = 0
  let found = loop max 5 {
    depth += 1
    if depth == limit { break depth }
  } else { -1 }
  let quick = race {
    names = list(".") => names.len()
    exec = shout("y") => exec.exit
  }
  found + quick
}

test "the tables are right" {
  let all = sums(["a", "bb", "bb"], ["bb": 1])
  expect all.get("bb") == 3
  expect all.get("total") == 5
  expect describe(Yes(score: 0.75)) == "yes, 0.75" and describe(No(reason: none)) == "no"
  expect 1.5s > 1s and $2.50 < $3 and [1, 2] == 1..2
}
test "the judge is sure in the end" {
  stub list = |dir, deep| [dir, "b", "ccc"]
  stub shout = [fail Failure(kind: "Timeout", message: "slow"), Exec(exit: 0, stdout: "X")]
  stub judge = [Later, Yes(score: 0.95)]
  stub approve = [High]
  expect failure(everything()).message == "no: slow"
  expect everything(wanted: 2) == "sure 5"
  expect calls(judge).len() == 2
}
test "a loop has a bound" {
  stub list = [["a"], ["a", "b"]]
  stub shout = |text| Exec(exit: text.len())
  expect looping(2) >= 3
  let notes = file("notes.md", "x")
  expect notes.text() == "x"
}
"#;

/// The documents of a folder: of each flow, and of each file's tests.
fn documents(folder: &Path) -> Vec<Program> {
    let request = Request { directory: folder.to_owned(), paths: vec![folder.to_owned()], stdin: None };
    let session = Session::open(&request).unwrap();
    let of = |root: &SourceFile| {
        let flows = flows(&session.db, *root).into_iter();
        let lowered = flows.filter_map(|key| lower_flow(&session.db, &key).ok());
        lowered.chain(lower_tests(&session.db, *root, Extent::Reached).ok()).collect::<Vec<_>>()
    };
    session.roots.iter().flat_map(of).filter(|program| program.verify().is_ok()).collect()
}

/// Runs every test of a program; what comes of it is not asked.
fn run_tests(program: &Program) {
    let program = Rc::new(program.clone());
    for name in program.tests.keys() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::at(folder.path()).unwrap();
        drop(flow_runtime::testing::run(&program, name, &workspace, None));
    }
}

#[test]
fn every_single_edit_of_a_document_is_refused_or_makes_another_program_that_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders: Vec<_> = std::fs::read_dir(root.join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.push(root.join("tests/corpus/valid"));
    let own = tempfile::tempdir().unwrap();
    std::fs::write(own.path().join("everything.flow"), format!("{EVERYTHING}{OWN}")).unwrap();
    folders.push(own.path().to_owned());
    let mut accepted: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let mut tried: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for program in folders.iter().flat_map(|folder| documents(&folder.canonicalize().unwrap())) {
        let document: Value = serde_json::from_str(&program.to_document().unwrap()).unwrap();
        let mut found = Vec::new();
        places(&document, "", &mut Vec::new(), &mut found);
        for place in found {
            let value = document.pointer(&place.pointer).unwrap();
            for (what, edit) in edits(value) {
                // The same edit of the same kind of thing is tried a few times.
                let times = tried.entry((place.shape.clone(), what)).or_default();
                *times += 1;
                if *times > MOST_TIMES {
                    continue;
                }
                let Some(edited) = edited(&document, &place.pointer, edit) else { continue };
                let Ok(read) = Program::from_document(&edited.to_string()) else { continue };
                if read.verify().is_err() || read == program {
                    continue;
                }
                let entry = accepted.entry(format!("{} {what}", place.shape)).or_default();
                entry.0 += 1;
                entry.1 = place.pointer.clone();
                run_tests(&read);
            }
        }
    }
    let mut used = [false; MAY_DIFFER.len()];
    let mut wrong: Vec<String> = Vec::new();
    for (edit, (count, example)) in &accepted {
        let rows = MAY_DIFFER.iter().zip(&mut used).filter(|((places, _), _)| {
            places.iter().any(|place| {
                edit.strip_suffix(place).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
            })
        });
        if rows.map(|(_, used)| *used = true).count() == 0 {
            wrong.push(format!("{edit}: accepted {count} times, such as at {example}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(tried.len() > 500, "{}", tried.len());
    let unused: Vec<_> =
        MAY_DIFFER.iter().zip(used).filter(|(_, used)| !used).map(|((_, why), _)| why).collect();
    assert!(unused.is_empty(), "never seen: {unused:?}");
}
