//! `flow run`

use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use flow_compiler::host::read_stream;
use flow_ir::Flow;
use flow_runtime::boundary::Workspace;
use flow_runtime::disk::create_dirs;
use flow_runtime::interp::pure::Pure;
use flow_runtime::journal::system_clock;
use flow_runtime::run::secrets::Secrets;
use flow_runtime::run::{inputs, needs};
use flow_runtime::store::{NewRun, Runs, StoreError};
use serde_json::value::to_raw_value;
use serde_json::{Map, Value as Json};

use crate::drive::{Drive, Manner, environment, eprintln, println};
use crate::exit::{Exit, Failed};
use crate::load::{Loaded, load};
use crate::look::{Settings, relative};
use crate::place::{Project, Where, me};

/// Compile, check and run a flow
///
/// The run gets a name such as `POM-1` and a directory under `runs/`. It works in the current project: the nearest
/// directory upwards with a `flow.toml`, or else the current one.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  flow run notes.flow                        run the only flow of a file
  flow run ship.flow ship --input ticket=12  say which flow, and give it an input
  flow run . --input-file inputs.json        a directory, inputs from a file
  git diff | jq -Rs '{text: .}' | flow run review.flow --input-file -
  flow run notes.flow --dry-run              show what it would do")]
pub(crate) struct Args {
    /// A source file, a directory with sources, or a program that `flowc build` wrote
    path: PathBuf,
    /// The flow to run, if there are several
    flow: Option<String>,
    /// An input by name: text as it is, anything else as JSON
    #[arg(long, short, value_name = "NAME=VALUE")]
    input: Vec<String>,
    /// A JSON object with inputs; `-` for standard input
    #[arg(long, value_name = "FILE")]
    input_file: Option<PathBuf>,
    /// Show what the flow takes and may do, and run nothing
    #[arg(long)]
    dry_run: bool,
    /// Where the run works [default: the project]
    #[arg(long, value_name = "DIR")]
    workspace: Option<PathBuf>,
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    manner: Manner,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failed> {
    let project = Project::here()?;
    let loaded = load(&args.path, args.flow.as_deref(), args.manner.quiet || args.manner.json)?;
    let flow = inputs::root(&loaded.program).map_err(Failed::usage)?;
    if args.dry_run {
        plan(&loaded, flow, args.manner.json);
        return Ok(Exit::Good);
    }
    if let Some(missing) = needs::missing(&loaded.program) {
        return Err(Failed::usage(missing));
    }
    let runs = project.runs(&args.place)?;
    let root = args.workspace.clone().unwrap_or_else(|| project.root.clone());
    let workspace = crate::drive::workspace(&root, runs.root())?;
    // A program of another project brings the providers that it was written for.
    let home = args.path.canonicalize().ok();
    let own = home.as_deref().map(Project::around).transpose()?;
    let config = if project.config.providers.is_empty() { own.unwrap_or(project) } else { project }.config;
    let providers = config.providers();
    let secrets = Secrets::of_program(&loaded.program, &providers, &environment());
    let given = secrets.mask().json(Json::Object(gather(args, &loaded, &workspace)?));
    let code = flow.code.clone();
    let inputs = to_raw_value(&given).map_err(Failed::usage)?;
    let revision = revision(workspace.root());
    let new = NewRun {
        flow: &loaded.program.flow,
        code: &code,
        inputs,
        program: &loaded.document,
        revision: revision.as_deref(),
        parent: None,
    };
    keep_out_of_git(&runs);
    let run = runs.create(new, me(), system_clock()).map_err(|error| match error {
        StoreError::Io { .. } => Failed {
            exit: Exit::Failed,
            message: format!("{error}; `--runs-dir DIR` keeps the run elsewhere"),
        },
        other => other.into(),
    })?;
    let from = run.dir.path().canonicalize().unwrap_or_else(|_| run.dir.path().to_owned());
    let settings = Settings {
        workspace: relative(&from, workspace.root()),
        sources: loaded.sources.as_deref().and_then(|path| Some(relative(&from, &path.canonicalize().ok()?))),
        providers: config.providers.clone(),
        defaults: config.defaults.clone(),
    };
    settings.write(&run.dir)?;
    let workspace = workspace.hiding(runs.root());
    crate::drive::run(Drive {
        run,
        program: loaded.program,
        workspace,
        providers,
        manner: args.manner.clone(),
    })
}

/// Makes the directory of runs, if it is missing, one that git ignores: runs are a record of this machine and hold what
/// programs printed. One that is there already stays as it is.
fn keep_out_of_git(runs: &Runs) {
    let root = runs.root();
    // What goes wrong here goes wrong again, and is told, when the run is created.
    if !root.exists() && create_dirs(&**runs.disk(), root).is_ok() {
        let _ = std::fs::write(root.join(".gitignore"), "*\n");
    }
}

/// The inputs from everywhere, checked before anything is created.
fn gather(args: &Args, loaded: &Loaded, workspace: &Workspace) -> Result<Map<String, Json>, Failed> {
    let program = loaded.program.clone();
    let (pairs, file) = (args.input.clone(), args.input_file.clone());
    let workspace = workspace.clone();
    // Checking inputs computes defaults and refinements, for which only a thread of our own has the stack.
    let thread = std::thread::Builder::new().stack_size(flow_runtime::interp::pure::STACK);
    let work = move || {
        let pure = Pure::new(Rc::new(program));
        let mut given = match &file {
            Some(path) => read_inputs(path)?,
            None => Map::new(),
        };
        let mut named = BTreeSet::new();
        for pair in &pairs {
            let Some((name, text)) = pair.split_once('=').map(|(name, text)| (name.trim(), text)) else {
                return Err(format!("`--input {pair}` is not of the form NAME=VALUE"));
            };
            if !named.insert(name) {
                return Err(format!("the input `{name}` is given twice"));
            }
            let json = inputs::spell(&pure, &workspace, name, text)?;
            given.insert(name.to_owned(), json);
        }
        ask_for_missing(&pure, &workspace, &mut given)?;
        inputs::decode(&pure, &workspace, &given)?;
        Ok(given)
    };
    let thread =
        thread.spawn(work).map_err(|error| Failed::usage(format!("no room for a thread: {error}")))?;
    match thread.join() {
        Ok(inputs) => inputs.map_err(Failed::usage),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

fn read_inputs(path: &Path) -> Result<Map<String, Json>, String> {
    let (name, text) = if path.as_os_str() == "-" {
        ("standard input".to_owned(), read_stream(std::io::stdin()))
    } else {
        (format!("`{}`", path.display()), std::fs::File::open(path).and_then(read_stream))
    };
    let text = text.map_err(|error| format!("cannot read {name}: {error}"))?;
    let text =
        String::from_utf8(text).map_err(|error| format!("{name} is not UTF-8: {}", error.utf8_error()))?;
    match serde_json::from_str(&text) {
        Ok(Json::Object(inputs)) => Ok(inputs),
        Ok(_) => Err(format!("{name} is not an object with the inputs by name")),
        Err(error) => Err(format!("{name} is not JSON: {error}")),
    }
}

/// Asks whoever sits at the terminal for inputs that have no default.
fn ask_for_missing(pure: &Pure, workspace: &Workspace, given: &mut Map<String, Json>) -> Result<(), String> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Ok(());
    }
    for param in &inputs::root(pure.program())?.frame.params {
        let optional = param.default.is_some() || matches!(param.ty, flow_ir::Type::Option(_));
        while !optional && !given.contains_key(param.name.as_str()) {
            let doc = param.doc.as_deref().map(|doc| format!(": {}", doc.trim())).unwrap_or_default();
            eprintln(&format!("{} ({}){doc}", param.name, param.ty));
            let Some(text) = crate::display::read_line() else { return Ok(()) };
            match inputs::spell(pure, workspace, &param.name, &text) {
                Ok(json) => {
                    given.insert(param.name.to_string(), json);
                }
                Err(why) => eprintln(&why),
            }
        }
    }
    Ok(())
}

/// What a flow takes, yields and may do.
fn plan(loaded: &Loaded, flow: &Flow, as_json: bool) {
    let effects = &flow.effects;
    if as_json {
        let params: Vec<_> = flow.frame.params.iter().map(|param| {
            serde_json::json!({ "name": param.name, "type": param.ty.to_string(), "optional": param.default.is_some() })
        }).collect();
        let plan = serde_json::json!({
            "flow": loaded.program.flow, "inputs": params, "result": flow.frame.result.to_string(),
            "effects": effects, "steps": flow.steps,
        });
        return println(&plan.to_string());
    }
    println(&format!("{} -> {}", loaded.program.flow, flow.frame.result));
    if let Some(doc) = &flow.frame.doc {
        println(&format!("  {}", doc.trim().replace('\n', "\n  ")));
    }
    for param in &flow.frame.params {
        let optional = if param.default.is_some() { ", has a default" } else { "" };
        let doc = param.doc.as_deref().map(|doc| format!(": {}", doc.trim())).unwrap_or_default();
        println(&format!("  input {} ({}{optional}){doc}", param.name, param.ty));
    }
    let lists: [(&str, Vec<String>); 6] = [
        ("agents", effects.agents.iter().map(ToString::to_string).collect()),
        ("providers", effects.providers.iter().map(ToString::to_string).collect()),
        ("programs", effects.programs.clone()),
        ("people", effects.humans.iter().map(ToString::to_string).collect()),
        ("effects", effects.builtins.iter().map(ToString::to_string).collect()),
        ("secrets", effects.secrets.iter().map(ToString::to_string).collect()),
    ];
    for (name, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
        println(&format!("  {name}: {}", list.join(", ")));
    }
    for step in &flow.steps {
        println(&format!("  step {} ({} {})", step.key, step.kind, step.target));
    }
}

/// The commit that the workspace is at, read from its files: starting `git` would take longer than everything else.
fn revision(root: &Path) -> Option<String> {
    let git = root.ancestors().map(|it| it.join(".git")).find(|it| it.is_dir())?;
    let head = std::fs::read_to_string(git.join("HEAD")).ok()?;
    let head = head.trim();
    match head.strip_prefix("ref: ") {
        None => Some(head.to_owned()),
        Some(name) => {
            let direct = std::fs::read_to_string(git.join(name)).ok().map(|text| text.trim().to_owned());
            direct.or_else(|| {
                let packed = std::fs::read_to_string(git.join("packed-refs")).ok()?;
                let line = packed.lines().find(|line| line.ends_with(name))?;
                line.split(' ').next().map(str::to_owned)
            })
        }
    }
}
