//! What a project allows and what a run does: a policy that allows exactly what is audited finds nothing, one that leaves out any of
//! it finds something, and what the tests of a program do lies within it.

use crate::program::Program;
use crate::typed::every;
use flow_compiler::analyses::touch::{Reach, reach};
use flow_compiler::db::Rules;
use flow_compiler::project::Policy;
use flow_compiler::syntax::items;
use flow_ir::{Name, Op, Run};
use flow_runtime::boundary::Workspace;
use flow_runtime::interp::pure::STACK;
use salsa::Setter as _;
use std::collections::BTreeSet;
use std::rc::Rc;

/// A program that does each thing which a policy is about, and nothing that is not called.
const WRITTEN: &str = r#"
secret TOKEN
agent writer(x: string) -> output("docs/*.md") { prompt: x, provider: claude, tools: [read, edit], timeout: 1m }
agent surfer(x: string) -> string { prompt: x, provider: codex, tools: [], network: true, timeout: 1m }
command fetch(x: string) -> string { run: ["./fetch", x], env: ["T": TOKEN], timeout: 1m }
command train(n: int) -> [int] { run: ["train", n], output: file("out/metrics.json"), timeout: 1m }
flow f(name: string) -> string {
  let page = writer(name)
  write("notes/${name}.md", fetch(name))
  log("${train(1)}${page.name}")
  surfer(name)
}
"#;

/// What the flows of a program may do, all together, and a policy that allows exactly that.
fn allowed(program: &Program) -> Policy {
    let db = program.db();
    let all: Vec<_> =
        items(db, program.file("main.flow")).iter().filter_map(|item| reach(db, &item.key(db))).collect();
    let names = |of: fn(&Reach) -> &BTreeSet<Name>| {
        let names: BTreeSet<String> = all.iter().flat_map(|it| of(it)).map(ToString::to_string).collect();
        names.into_iter().collect::<Vec<String>>()
    };
    let writes: BTreeSet<String> = all
        .iter()
        .flat_map(|it| &it.accesses)
        .filter(|access| access.write)
        .map(|access| {
            let text = access.glob.text();
            // What only a run knows may have directories in it.
            match text.split_once('…') {
                Some((known, _)) => {
                    format!("{}**", known.rsplit_once('/').map_or("", |(folder, _)| &known[..=folder.len()]))
                }
                None => text,
            }
        })
        .collect();
    let programs = names(|it| &it.programs);
    // What names no provider has this one.
    let providers = names(|it| &it.providers).into_iter().chain(["claude".to_owned()]);
    let providers: BTreeSet<String> = providers.collect();
    Policy {
        shell: Some(programs.iter().any(|it| it == "sh")),
        programs: Some(programs),
        providers: Some(providers.into_iter().rev().collect()),
        network: Some(all.iter().any(|it| !it.network.is_empty())),
        write: Some(writes.into_iter().collect()),
        secrets: Some(names(|it| &it.secrets)),
        ..Policy::default()
    }
}

/// How many errors there are under a policy.
fn refused(program: &mut Program, policy: Policy) -> Vec<String> {
    Rules::get(program.db()).set_policy(program.db_mut()).to(policy);
    program.errors()
}

/// A list of a policy.
type List = fn(&mut Policy) -> &mut Option<Vec<String>>;

/// The same policy without the last of what each list allows, if there is any.
fn less(policy: &Policy) -> Vec<(&'static str, Policy)> {
    let lists: [(&str, List); 4] = [
        ("programs", |it| &mut it.programs),
        ("providers", |it| &mut it.providers),
        ("write", |it| &mut it.write),
        ("secrets", |it| &mut it.secrets),
    ];
    let mut out = Vec::new();
    for (name, list) in lists {
        let mut fewer = policy.clone();
        if list(&mut fewer).as_mut().and_then(Vec::pop).is_some() {
            out.push((name, fewer));
        }
    }
    if policy.network == Some(true) {
        out.push(("network", Policy { network: Some(false), ..policy.clone() }));
    }
    out
}

#[test]
fn a_policy_that_allows_what_is_audited_finds_nothing_and_with_less_it_does() {
    let mut program = Program::new(&[("main.flow", WRITTEN)]);
    let policy = allowed(&program);
    assert_eq!(refused(&mut program, policy.clone()), [""; 0], "{policy:#?}");
    let fewer = less(&policy);
    assert_eq!(
        fewer.iter().map(|it| it.0).collect::<Vec<_>>(),
        ["programs", "providers", "write", "secrets", "network"]
    );
    for (what, fewer) in fewer {
        let errors = refused(&mut program, fewer);
        assert_eq!(errors.len(), 1, "{what}: {errors:#?}");
    }
}

/// The programs that the tests of a program start lie within those that it was allowed.
fn runs_within(program: &Program, policy: &Policy) -> Result<(), String> {
    let tests = program.tests()?;
    let allowed = policy.programs.clone().unwrap_or_default();
    let work = move || {
        let tests = Rc::new(tests);
        for name in tests.tests.keys() {
            let folder = tempfile::tempdir().unwrap();
            let workspace = Workspace::at(folder.path()).unwrap();
            let report = flow_runtime::testing::run(&tests, name, &workspace, None);
            for call in report.calls.iter().filter(|call| call.kind == "command") {
                let Some(command) = tests.commands.get(call.of.as_str()) else { continue };
                let first = match &command.run {
                    Run::Argv(words) => match &words.op {
                        Op::List(words) => match words.first().map(|word| &word.op) {
                            Some(Op::String(text)) => text.clone(),
                            _ => continue,
                        },
                        _ => continue,
                    },
                    Run::Shell(_) => "sh".to_owned(),
                };
                if !allowed.iter().any(|it| *it == first || it.ends_with('*')) {
                    return Err(format!("`{}` starts `{first}`, and {allowed:?} are allowed", call.of));
                }
            }
        }
        Ok(())
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap();
    thread.join().unwrap_or_else(|_| Err("it panics".to_owned()))
}

#[test]
fn what_a_run_does_lies_within_a_policy_that_allows_what_is_audited() {
    every(60, |text, _| {
        let mut program = Program::new(&[("main.flow", text)]);
        let policy = allowed(&program);
        runs_within(&program, &policy)?;
        // A declaration is held against the policy also where no flow reaches it, and is in no audit then.
        let policy =
            Policy { programs: None, shell: None, secrets: None, write: None, network: None, ..policy };
        match refused(&mut program, policy.clone()).as_slice() {
            [] => Ok(()),
            errors => Err(format!("{errors:#?}\nunder {policy:#?}")),
        }
    });
}
