//! `flowc new` and `flowc init`: a project to begin with.

use crate::{Outcome, print};
use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Make a directory with a project to begin with
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    flowc new notes                         a directory `notes` with a flow that runs as it is\n  \
    flowc new checks --template review_loop an author and a reviewer, to be filled in\n\n\
    Every template checks without a warning and has tests: `flow test` runs them.")]
pub(crate) struct New {
    /// The directory, which is not there yet or is empty; its name is the project's
    directory: PathBuf,
    #[command(flatten)]
    begin: Begin,
}

/// Make a project of a directory that is there
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    flowc init                              here\n  \
    flowc init flows --template fan_out     in `flows`\n\n\
    Nothing that is there is changed: if a file is in the way, nothing is written.")]
pub(crate) struct Init {
    /// The directory
    #[arg(default_value = ".")]
    directory: PathBuf,
    #[command(flatten)]
    begin: Begin,
}

#[derive(Args)]
struct Begin {
    /// What to begin with
    #[arg(long, short, value_enum, default_value = "hello")]
    template: Template,
    /// The name of the project, in place of the directory's: letters and digits, `-`, `_` and `.`
    #[arg(long)]
    name: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Template {
    /// One command, one function, one flow; needs no agent
    Hello,
    /// An author and a reviewer: back and forth until it is accepted
    ReviewLoop,
    /// One agent per file, a few at a time, and one report
    FanOut,
    /// Workers on a list of tasks, with a person who decides about those that fail
    Pool,
}

impl Template {
    /// Its files: where, and what is in them.
    fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Hello => &[("hello.flow", include_str!("templates/hello/hello.flow"))],
            Self::ReviewLoop => &[
                ("review_loop.flow", include_str!("templates/review_loop/review_loop.flow")),
                ("prompts/author.md", include_str!("templates/review_loop/prompts/author.md")),
            ],
            Self::FanOut => &[("fan_out.flow", include_str!("templates/fan_out/fan_out.flow"))],
            Self::Pool => &[("pool.flow", include_str!("templates/pool/pool.flow"))],
        }
    }

    /// What tries it: its tests, and a run.
    fn next(self) -> [&'static str; 2] {
        match self {
            Self::Hello => ["flow test hello.flow", "flow run hello.flow"],
            Self::ReviewLoop => [
                "flow test review_loop.flow",
                "flow run review_loop.flow --input task=\"what is to be done\"",
            ],
            Self::FanOut => ["flow test fan_out.flow", "flow run fan_out.flow --input base=main"],
            Self::Pool => ["flow test pool.flow", "flow run pool.flow --input-file reports.json"],
        }
    }
}

pub(crate) fn new(arguments: &New) -> anyhow::Result<Outcome> {
    let directory = &arguments.directory;
    let shown = directory.display();
    // Before anything is made.
    let own = || directory.file_name().map(named_after);
    if let Some(name) = arguments.begin.name.clone().or_else(own) {
        allowed(&name)?;
    }
    // An empty directory will do; whatever else is in the way is told when it is made.
    if fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!(
            "`{shown}` is there already and is not empty: choose another name, or run `flowc init {shown}`"
        );
    }
    fs::create_dir_all(directory).with_context(|| format!("cannot make `{shown}`"))?;
    begin(directory, &arguments.begin)
}

pub(crate) fn init(arguments: &Init) -> anyhow::Result<Outcome> {
    let directory = &arguments.directory;
    if !directory.is_dir() {
        bail!("`{0}` is no directory: `flowc new {0}` makes one", directory.display());
    }
    begin(directory, &arguments.begin)
}

/// Writes the files of a template.
fn begin(directory: &Path, begin: &Begin) -> anyhow::Result<Outcome> {
    let name = match &begin.name {
        Some(name) => name.clone(),
        None => name_of(directory)?,
    };
    allowed(&name)?;
    let manifest = manifest(&name);
    let mut files = vec![("flow.toml", manifest.as_str())];
    files.extend(begin.template.files());
    if let Some((taken, _)) = files.iter().find(|(path, _)| directory.join(path).symlink_metadata().is_ok()) {
        bail!("`{}` is there already; nothing was written", tidy(&directory.join(taken)).display());
    }
    let mut said = String::new();
    for (path, text) in &files {
        let path = directory.join(path);
        write(&path, text)?;
        said += &format!("made {}\n", tidy(&path).display());
    }
    said += "\nNext:\n";
    let directory = tidy(directory);
    if !directory.as_os_str().is_empty() {
        said += &format!("  cd {}\n", directory.display());
    }
    for command in begin.template.next() {
        said += &format!("  {command}\n");
    }
    print(&said);
    Ok(Outcome::Clean)
}

/// Refuses what cannot be the name of a project.
fn allowed(name: &str) -> anyhow::Result<()> {
    let is_letter = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    if name.starts_with(|first: char| first.is_alphanumeric()) && name.chars().all(is_letter) {
        return Ok(());
    }
    let words: Vec<&str> = name.split(|letter: char| !letter.is_alphanumeric()).collect();
    let near = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    let near = if near.is_empty() { "notes" } else { &near };
    bail!(
        "{name:?} cannot be the name of a project: letters, digits, `-`, `_` and `.` may stand in one, \
         a letter or a digit first; say another with `--name {near}`"
    )
}

/// A path without the `.` it may begin with.
fn tidy(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != std::path::Component::CurDir).collect()
}

/// What a project in a directory is called.
fn name_of(directory: &Path) -> anyhow::Result<String> {
    let whole =
        fs::canonicalize(directory).with_context(|| format!("cannot read `{}`", directory.display()))?;
    let name = whole.file_name().context("the root of the file system has no name: say `--name`")?;
    Ok(named_after(name))
}

/// The name of a project in a directory of that name. A hidden directory is named like any other.
fn named_after(directory: &OsStr) -> String {
    directory.to_string_lossy().trim_start_matches('.').to_owned()
}

fn manifest(name: &str) -> String {
    // A JSON string is a TOML string too.
    let name = serde_json::Value::from(name);
    let repository = env!("CARGO_PKG_REPOSITORY");
    format!(
        "# What may stand here: {repository}/blob/main/docs/flow.md\n\n[project]\nname = {name}\nversion = \"0.1.0\"\n"
    )
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let context = || format!("cannot write `{}`", path.display());
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(context)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).with_context(context)?;
    file.write_all(text.as_bytes()).with_context(context)
}
