//! `new` and `init`: projects that one can begin with.

use crate::bench::Bench;
use flow_tests::bin;
use std::process::Command;

const TEMPLATES: [&str; 4] = ["hello", "review_loop", "fan_out", "pool"];

fn empty() -> Bench {
    Bench::new(&[] as &[(&str, &str)])
}

#[test]
fn every_template_checks_is_formatted_and_passes_its_tests() {
    for template in TEMPLATES {
        let bench = empty();
        let made = bench.flowc(["new", "project", "--template", template]);
        assert_eq!((made.code, made.err.as_str()), (0, ""), "{template}");
        let checked = bench.flowc(["check", "--deny-warnings", "project"]);
        assert_eq!((checked.code, checked.out.as_str()), (0, ""), "{template}");
        assert_eq!(bench.flowc(["fmt", "--check", "project"]).code, 0, "{template}");
        let directory = bench.directory.path().join("project");
        let tested = Command::new(bin("flow"))
            .args(["test", &format!("{template}.flow")])
            .current_dir(directory)
            .output()
            .unwrap();
        assert!(tested.status.success(), "{template}: {}", String::from_utf8_lossy(&tested.stdout));
    }
}

#[test]
fn a_new_project_runs_as_it_is() {
    let bench = empty();
    bench.flowc(["new", "project"]);
    let directory = bench.directory.path().join("project");
    let ran = Command::new(bin("flow"))
        .args(["run", "hello.flow", "--input", "name=Ada"])
        .current_dir(directory)
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{out}");
    assert!(out.contains("Hello, Ada. It is "), "{out}");
}

#[test]
fn new_says_what_it_made_and_what_comes_next() {
    let made = empty().flowc(["new", "notes"]);
    let said = "made notes/flow.toml\nmade notes/hello.flow\n\nNext:\n  cd notes\n  flow test hello.flow\n  \
        flow run hello.flow\n";
    assert_eq!((made.code, made.out.as_str()), (0, said));
}

#[test]
fn the_project_is_named_after_the_directory_or_as_it_is_said() {
    let bench = empty();
    bench.flowc(["new", "größe-2.0"]);
    assert!(bench.read("größe-2.0/flow.toml").contains("name = \"größe-2.0\""));
    assert_eq!(bench.flowc(["check", "größe-2.0"]).code, 0);
    bench.flowc(["new", "say hi", "--name", "other"]);
    assert!(bench.read("say hi/flow.toml").contains("name = \"other\""));
}

#[test]
fn a_name_that_is_none_is_refused_before_anything_is_made() {
    let bench = empty();
    let refusal = |name: &str, near: &str| {
        format!(
            "flowc: {name:?} cannot be the name of a project: letters, digits, `-`, `_` and `.` may stand in one, \
             a letter or a digit first; say another with `--name {near}`\n"
        )
    };
    bench.flowc(["new", "bad name!"]).refused(&refusal("bad name!", "bad_name"));
    bench.flowc(["new", "in/_x"]).refused(&refusal("_x", "x"));
    bench.flowc(["new", "c", "--name", ""]).refused(&refusal("", "notes"));
    assert_eq!(std::fs::read_dir(bench.directory.path()).unwrap().count(), 0);
    std::fs::create_dir(bench.directory.path().join("my flows")).unwrap();
    bench.flowc(["init", "my flows"]).refused(&refusal("my flows", "my_flows"));
}

#[test]
fn a_hidden_directory_is_named_like_any_other() {
    let bench = empty();
    assert_eq!(bench.flowc(["new", ".notes"]).code, 0);
    std::fs::create_dir(bench.directory.path().join(".checks")).unwrap();
    assert_eq!(bench.flowc(["init", ".checks"]).code, 0);
    for (directory, name) in [(".notes", "notes"), (".checks", "checks")] {
        assert!(bench.read(&format!("{directory}/flow.toml")).contains(&format!("name = \"{name}\"\n")));
    }
}

#[test]
fn new_leaves_alone_what_is_there() {
    let bench = Bench::new(&[("notes/mine.txt", "mine")]);
    bench.flowc(["new", "notes"]).refused(
        "flowc: `notes` is there already and is not empty: choose another name, or run `flowc init notes`\n",
    );
    bench
        .flowc(["new", "notes/mine.txt"])
        .refused("flowc: cannot make `notes/mine.txt`: File exists (os error 17)\n");
    assert_eq!(bench.read("notes/mine.txt"), "mine");
}

#[test]
fn init_writes_beside_what_is_there_or_nothing_at_all() {
    let bench = Bench::new(&[("README.md", "# Mine\n")]);
    let made = bench.flowc(["init", "-t", "fan_out"]);
    let said = "made flow.toml\nmade fan_out.flow\n\nNext:\n  flow test fan_out.flow\n  \
        flow run fan_out.flow --input base=main\n";
    assert_eq!((made.code, made.out.as_str()), (0, said));
    assert_eq!(bench.read("README.md"), "# Mine\n");
    bench.flowc(["init"]).refused("flowc: `flow.toml` is there already; nothing was written\n");
    assert!(!bench.directory.path().join("hello.flow").exists());
    bench
        .flowc(["init", "nowhere"])
        .refused("flowc: `nowhere` is no directory: `flowc new nowhere` makes one\n");
}
