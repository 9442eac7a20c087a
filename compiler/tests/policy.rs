//! What flows may do, and what a project forbids them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use flow_compiler::analyses::touch::reach;
use flow_compiler::syntax::items;
use support::project;

const FLOWS: &str = r#"
secret TOKEN
secret OTHER
agent writer(x: string) -> output("docs/*.md") { prompt: x, provider: claude, tools: [read, write], env: ["A": OTHER] }
agent surfer(x: string) { prompt: x, network: true, mcp: [github] }
command git(x: file("src/**")) -> string { run: ["git", x], env: ["T": TOKEN] }
command script(x: string) -> string { run: "cat ${x} | sort" }
command helper(x: string) -> string { run: ["./tools/${x}"] }
command any(x: string) -> string { run: [x] }
command train(n: int) -> [int] { run: ["train", n], output: file("docs/${n}.json") }
human ask(x: string) -> bool { ask: x }
flow all(x: file("src/**")) {
  writer("x")
  if ask("y") { part(x) }
  write("out/${x.name}", "z")
}
flow part(x: file("src/**")) {
  git(x)
  glob("lib/*.rs")
  sh("ls")
  surfer("x")
}
flow trains() { train(3) }
flow apart(x: string) { writer(x) with { workspace: worktree } }
flow circle(n: int) { if n > 0 { other(n) } }
@budget(time: 1h)
flow other(n: int) {
  script("x")
  helper("y")
  any("z")
  circle(n - 1)
}
"#;

/// What a flow may do, a line for each kind.
fn of(flow: &str) -> String {
    let project = project(FLOWS.trim_start());
    assert!(!project.report().contains("`: E"), "{}", project.report());
    let file = project.file("main.flow");
    let item = items(&project.db, file).iter().find(|item| item.name(&project.db) == flow).unwrap();
    let found = reach(&project.db, &item.key(&project.db)).unwrap();
    let accesses: Vec<String> = found
        .accesses
        .iter()
        .filter(|it| !it.glob.is_unnamed())
        .map(|it| format!("{} {}", if it.write { "write" } else { "read" }, it.glob.text()))
        .collect();
    let mut lines = Vec::new();
    let sets = [
        ("agents", &found.agents),
        ("humans", &found.humans),
        ("providers", &found.providers),
        ("programs", &found.programs),
        ("tools", &found.tools),
        ("builtins", &found.builtins),
        ("secrets", &found.secrets),
        ("network", &found.network),
    ];
    for (name, set) in sets.into_iter().filter(|(_, set)| !set.is_empty()) {
        lines.push(format!("{name}: {}", set.iter().map(|it| it.as_str()).collect::<Vec<_>>().join(", ")));
    }
    if !accesses.is_empty() {
        lines.push(format!("files: {}", accesses.join(", ")));
    }
    lines.join("\n")
}

#[test]
fn a_flow_may_do_what_it_does_itself_and_what_it_calls() {
    insta::assert_snapshot!(of("all"), @r"
    agents: surfer, writer
    humans: ask
    providers: claude
    programs: git, sh
    tools: mcp github, read, write
    builtins: glob, sh, write
    secrets: OTHER, TOKEN
    network: surfer
    files: write docs/*.md, read lib/*.rs, write out/…, read src/**
    ");
}

#[test]
fn a_program_that_leaves_its_result_in_a_file_writes_it() {
    insta::assert_snapshot!(of("trains"), @r"
    programs: train
    files: write docs/3.json
    ");
}

#[test]
fn what_works_in_a_worktree_touches_no_file_of_the_workspace() {
    insta::assert_snapshot!(of("apart"), @r"
    agents: writer
    providers: claude
    tools: read, write
    secrets: OTHER
    ");
}

#[test]
fn flows_that_call_one_another_may_do_the_same() {
    insta::assert_snapshot!(of("circle"), @"programs: *, ./tools/*, sh");
    assert_eq!(of("circle"), of("other"));
}

/// What is said of a program under a policy.
fn under(policy: &str, text: &str) -> String {
    project(&format!("// file: flow.toml\n[policy]\n{policy}\n// file: main.flow\n{text}")).report()
}

/// Tests, one a line: a sentence as the name, a policy, a text whose diagnostics are kept in a snapshot.
macro_rules! under {
    ($($name:ident: $policy:expr, $text:expr;)*) => {
        $(#[test]
        fn $name() {
            insta::with_settings!({ omit_expression => true }, {
                insta::assert_snapshot!(format!("{}\n{}\n──\n{}", $policy, $text, under($policy, $text)));
            });
        })*
    };
}

under! {
    programs_that_are_not_allowed: "programs = [\"git\", \"./tools/*\"]", "command a() { run: [\"git\", \"x\"] }\ncommand b() { run: [\"curl\", \"x\"] }\ncommand c() { run: [\"./tools/x\"] }\ncommand d(x: string) { run: [x] }\ncommand e() { run: \"git x\" }\nflow f() { sh(\"git x\") }";
    a_shell_in_the_list_of_programs: "programs = [\"sh\"]", "command e() { run: \"git x\" }\nflow f() { sh(\"git x\") }\ncommand g() { run: [\"git\"] }";
    no_shell: "shell = false", "command a() { run: [\"git\", \"x\"] }\ncommand b() { run: [\"/bin/bash\", \"-c\", \"x\"] }\ncommand e() { run: \"git x\" }\nflow f() { sh(\"git x\") }";
    a_shell_beside_the_programs: "programs = [\"git\"]\nshell = true", "command e() { run: \"git x\" }\nflow f() { sh(\"git x\") }\ncommand g() { run: [\"curl\"] }";
    providers: "providers = [\"codex\"]", "agent a() { prompt: \"x\" }\nagent b() { prompt: \"x\", provider: codex }\nagent c() { prompt: \"x\", provider: claude }\nflow f() { b() with { provider: claude } }";
    a_default_provider: "providers = [\"codex\"]\n[defaults]\nprovider = \"codex\"\n[providers.codex]\nadapter = \"command\"", "agent a() { prompt: \"x\" }";
    tools: "tools = [\"read\", \"lookup\"]", "agent a() { prompt: \"x\" }\nagent b() { prompt: \"x\", tools: [] }\nagent c() { prompt: \"x\", tools: [read, shell] }\nflow f() { b() with { tools: [web] } }";
    the_network_by_tools: "network = false", "agent a() { prompt: \"x\", tools: [read, web] }\nagent b() { prompt: \"x\", tools: [read, shell] }\nagent c() { prompt: \"x\", tools: [shell], sandbox: read_only }\nagent d() { prompt: \"x\", sandbox: read_only }\nagent e() { prompt: \"x\", tools: [read] }\nflow f() {\n  d() with { sandbox: workspace_write }\n  e() with { tools: [shell] }\n  e() with { tools: [grep], network: false }\n}";
    no_network_and_few_tools: "network = false\ntools = [\"read\"]", "agent a() { prompt: \"x\" }";
    the_network: "network = false", "agent a() { prompt: \"x\" }\nagent b() { prompt: \"x\", network: true }\nagent c() { prompt: \"x\", sandbox: full }\nagent d() { prompt: \"x\", mcp: [github] }\nflow f() { a() with { network: true } }";
    files: "write = [\"out/**\", \"*.md\"]", "type R { made: [output(\"docs/*.md\")] }\nagent a() -> R { prompt: \"x\" }\nagent b() -> output(\"out/x/*.md\") { prompt: \"x\" }\nagent c() { prompt: \"x\", sandbox: workspace_write }\nagent d() { prompt: \"x\", sandbox: read_only }\nflow f(p: string) {\n  write(\"out/${p}\", \"x\")\n  write(p, \"x\")\n  write(\"NOTES.md\", \"x\")\n  d() with { sandbox: workspace_write }\n}";
    secrets: "secrets = [\"A\"]", "secret A\nsecret B\ncommand a() { run: [\"x\"], env: [\"A\": A] }\ncommand b() { run: [\"x\"], env: [\"B\": B] }\nflow f() { a() with { env: [\"B\": B] } }";
    nothing_is_forbidden_that_is_not_mentioned: "network = true", "agent b() { prompt: \"x\", network: true }\ncommand e() { run: \"git x\" }";
}
