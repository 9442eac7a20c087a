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
    bench.flowc(["new", "say \"hi\""]);
    assert!(bench.read("say \"hi\"/flow.toml").contains("name = \"say \\\"hi\\\"\""));
    assert_eq!(bench.flowc(["check", "say \"hi\""]).code, 0);
    bench.flowc(["new", "b", "--name", "other"]);
    assert!(bench.read("b/flow.toml").contains("name = \"other\""));
    bench
        .flowc(["new", "c", "--name", ""])
        .refused("flowc: \"\" cannot be the name of a project: say another with `--name`\n");
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
