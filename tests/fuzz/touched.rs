//! Programs that write, use secrets and reach the network, and random policies over that: a policy that is kept allows all that
//! happens, one that allows all of it finds nothing, and the document says no less.

use crate::program::Program;
use crate::random::Random;
use crate::setting;
use flow_compiler::db::Rules;
use flow_compiler::project::Policy;
use flow_runtime::boundary::Workspace;
use flow_runtime::interp::pure::STACK;
use salsa::Setter as _;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::rc::Rc;

const SECRETS: [&str; 3] = ["AAA", "BBB", "CCC"];

/// What may be written: each with a pattern that allows it.
const FOLDERS: [(&str, &str); 3] = [("a", "a/**"), ("b", "b/**"), ("c", "c/**")];

/// A program, and what a run of it does.
#[derive(Default)]
struct Made {
    text: String,
    /// The folders that it writes into; all of them where only a run knows the path.
    folders: BTreeSet<&'static str>,
    /// The files that a run writes.
    files: BTreeSet<String>,
    secrets: BTreeSet<&'static str>,
    /// Whether an agent may reach the network by what is declared of it, or by what a call says.
    network: bool,
    /// Whether one does that is called so.
    calls_network: bool,
    stubs: String,
}

impl Made {
    fn of(random: &mut Random) -> Self {
        let mut it = Self { text: "const FOLDER = \"c\"\n".to_owned(), ..Self::default() };
        SECRETS.iter().for_each(|name| writeln!(it.text, "secret {name}").unwrap());
        let flows = 1 + random.below(3);
        for number in 0..flows {
            let mut body = String::new();
            for step in 0..random.below(4) {
                let at = format!("{number}{step}");
                body.push_str("  ");
                match random.below(6) {
                    0 | 1 => it.write(&mut body, random),
                    2 | 3 => it.command(&at, &mut body, random),
                    _ => it.agent(&at, &mut body, random),
                }
                body.push('\n');
            }
            if number > 0 && random.chance(2) {
                writeln!(body, "  f{}(x)", random.below(number)).unwrap();
            }
            writeln!(it.text, "flow f{number}(x: string) {{\n{body}}}").unwrap();
        }
        let calls: String = (0..flows).map(|number| format!("  f{number}(\"t\")\n")).collect();
        writeln!(it.text, "flow main() {{\n{calls}}}\ntest \"all\" {{\n{}  main()\n}}", it.stubs).unwrap();
        it
    }

    fn write(&mut self, body: &mut String, random: &mut Random) {
        let (folder, path, file) = match random.below(4) {
            0 => ("a", "\"a/one.md\"", "a/one.md"),
            1 => ("b", "\"b/deep/${x}.md\"", "b/deep/t.md"),
            2 => ("c", "FOLDER + \"/${x}\"", "c/t"),
            _ => {
                self.folders.extend(FOLDERS.map(|(folder, _)| folder));
                ("**", "x", "t")
            }
        };
        self.folders.insert(folder);
        self.files.insert(file.to_owned());
        write!(body, "write({path}, \"x\")").unwrap();
    }

    fn secret(&mut self, random: &mut Random) -> String {
        let name = *random.one(&SECRETS);
        self.secrets.insert(name);
        random
            .one(&[format!("[\"T\": {name}]"), format!("[\"U\": \"x\", \"T\": \"Bearer ${{{name}}}\"]")])
            .clone()
    }

    fn command(&mut self, at: &str, body: &mut String, random: &mut Random) {
        let env = if random.chance(2) { format!(", env: {}", self.secret(random)) } else { String::new() };
        let (result, output) = if random.chance(3) {
            self.folders.insert("b");
            ("[int]", ", output: file(\"b/${x}.json\")")
        } else {
            ("[int]", ", output: json")
        };
        let more = if random.chance(4) {
            format!(" with {{ env: {} }}", self.secret(random))
        } else {
            String::new()
        };
        writeln!(
            self.text,
            "command c{at}(x: string) -> {result} {{ run: [\"c\", x], timeout: 1m{output}{env} }}"
        )
        .unwrap();
        writeln!(self.stubs, "  stub c{at} = |_| [1]").unwrap();
        write!(body, "c{at}(x){more}").unwrap();
    }

    fn agent(&mut self, at: &str, body: &mut String, random: &mut Random) {
        const TOOLS: [Option<&str>; 5] =
            [None, Some("[]"), Some("[read, edit]"), Some("[read, web]"), Some("[shell]")];
        const SANDBOXES: [Option<&str>; 3] = [None, Some("read_only"), Some("full")];
        const NETWORKS: [Option<&str>; 4] = [None, None, Some("false"), Some("true")];
        let mut said = [*random.one(&TOOLS), *random.one(&SANDBOXES), *random.one(&NETWORKS)];
        // Who may change nothing is given no pen.
        let fits = |tools: Option<&'static str>, sandbox| {
            if tools == Some("[read, edit]") && sandbox == Some("read_only") { Some("[read]") } else { tools }
        };
        said[0] = fits(said[0], said[1]);
        let settings = |said: &[Option<&str>; 3]| {
            let all = ["tools", "sandbox", "network"].iter().zip(said);
            all.filter_map(|(name, value)| Some(format!("{name}: {}", (*value)?)))
                .collect::<Vec<_>>()
                .join(", ")
        };
        // A closed one is told nothing of, so that policies without a network are kept, too.
        if random.chance(2) {
            said = [Some("[read]"), None, None];
        }
        let opens = |[tools, sandbox, network]: [Option<&str>; 3]| {
            let shell = tools.is_none_or(|tools| tools.contains("shell")) && sandbox != Some("read_only");
            let web = tools.is_some_and(|tools| tools.contains("web"));
            shell || web || sandbox == Some("full") || network == Some("true")
        };
        // One that is declared with a pen, and names no files, may write any.
        let pen = |[tools, sandbox, _]: [Option<&str>; 3]| {
            sandbox == Some("full")
                && tools.is_none_or(|tools| tools.contains("edit") || tools.contains("shell"))
        };
        let mut any = pen(said);
        let mut more = String::new();
        let mut both = said;
        if random.chance(3) {
            let over = [fits(*random.one(&TOOLS), said[1]), None, *random.one(&NETWORKS)];
            both = [over[0].or(said[0]), said[1], over[2].or(said[2])];
            any |= pen(both);
            let over = settings(&over);
            if !over.is_empty() {
                more = format!(" with {{ {over} }}");
            }
        }
        self.network |= opens(said) || opens(both);
        self.calls_network |= opens(both);
        if any {
            self.folders.extend(["a", "b", "c", "**"]);
        }
        let settings = settings(&said);
        let comma = if settings.is_empty() { "" } else { ", " };
        writeln!(self.text, "agent a{at}(x: string) -> string {{ prompt: x, timeout: 1m{comma}{settings} }}")
            .unwrap();
        writeln!(self.stubs, "  stub a{at} = |_| \"x\"").unwrap();
        write!(body, "log(a{at}(x){more})").unwrap();
    }
}

/// A policy, and whether it allows all that a program does.
fn policy(made: &Made, random: &mut Random) -> (Policy, bool) {
    let mut keeps = true;
    let mut policy = Policy::default();
    if random.chance(2) {
        let allowed: Vec<_> = FOLDERS.iter().filter(|_| !random.chance(4)).collect();
        keeps &= made.folders.iter().all(|it| allowed.iter().any(|(folder, _)| folder == it));
        policy.write = Some(allowed.into_iter().map(|(_, glob)| (*glob).to_owned()).collect());
    }
    if random.chance(2) {
        let allowed: Vec<_> = SECRETS.iter().filter(|_| !random.chance(4)).collect();
        keeps &= made.secrets.iter().all(|it| allowed.contains(&it));
        policy.secrets = Some(allowed.into_iter().map(|name| (*name).to_owned()).collect());
    }
    if random.chance(2) {
        keeps &= !made.network;
        policy.network = Some(false);
    }
    (policy, keeps)
}

/// The files that a run of the tests of a program leaves.
fn left(tests: flow_ir::Program) -> Result<BTreeSet<String>, String> {
    let work = move || {
        let tests = Rc::new(tests);
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::at(folder.path()).unwrap();
        for name in tests.tests.keys() {
            let report = flow_runtime::testing::run(&tests, name, &workspace, None);
            if let Some(found) = report.finding {
                return Err(format!("{}: {}", found.kind, found.message));
            }
        }
        let mut files = BTreeSet::new();
        below(folder.path(), folder.path(), &mut files);
        Ok(files)
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap();
    thread.join().unwrap_or_else(|_| Err("it panics".to_owned()))
}

fn below(root: &Path, folder: &Path, files: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            below(root, &path, files);
        } else {
            files.insert(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
        }
    }
}

/// Holds one program to what is promised; whether its policy is kept.
fn holds(random: &mut Random) -> Result<bool, String> {
    let made = Made::of(random);
    let (policy, keeps) = policy(&made, random);
    let wrong = |what: String| format!("{what}\nunder {policy:#?}\n{}", made.text);
    let mut program = Program::new(&[("main.flow", &made.text)]);
    let errors = program.errors();
    if !errors.is_empty() {
        return Err(wrong(errors.join("\n")));
    }
    let tests = program.tests().map_err(&wrong)?;
    let effects = tests.flows["main"].effects.clone();
    let secrets: BTreeSet<&str> = effects.secrets.iter().map(flow_ir::Name::as_str).collect();
    if secrets != made.secrets || effects.network.is_empty() == made.calls_network {
        return Err(wrong(format!("the document says {effects:#?}")));
    }
    let found = left(tests).map_err(&wrong)?;
    if found != made.files {
        return Err(wrong(format!("it wrote {found:?}")));
    }
    let says = |file: &String| {
        effects.writes.iter().any(|glob| glob == "**" || glob.split('/').next() == file.split('/').next())
    };
    if let Some(file) = found.iter().find(|file| !says(file)) {
        return Err(wrong(format!("the document does not say that it writes `{file}`")));
    }
    Rules::get(program.db()).set_policy(program.db_mut()).to(policy.clone());
    let errors = program.errors();
    match (errors.is_empty(), keeps) {
        (true, false) => Err(wrong("the policy is broken, and nothing is found".to_owned())),
        (false, true) => Err(wrong(format!("the policy is kept, and this is found: {errors:#?}"))),
        (kept, _) => Ok(kept),
    }
}

#[test]
fn a_policy_over_files_secrets_and_the_network_is_kept_by_what_it_finds_nothing_in() {
    let first = setting("FLOW_FUZZ_SEED").unwrap_or(1);
    let cases = setting("FLOW_FUZZ_CASES").unwrap_or(150);
    let mut kept = 0;
    for seed in first..first + cases {
        match holds(&mut Random::new(seed)) {
            Ok(is_kept) => kept += u64::from(is_kept),
            Err(why) => panic!("with FLOW_FUZZ_SEED={seed} FLOW_FUZZ_CASES=1: {why}"),
        }
    }
    assert!(cases < 150 || (cases / 5..cases * 4 / 5).contains(&kept), "{kept} of {cases} were kept");
}
