//! `flowc check`

use crate::{Outcome, bounds, edit, memory, print, print_text, watch};
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use flow_compiler::db::SourceFile;
use flow_compiler::diagnostics::Severity;
use flow_compiler::diagnostics::render::{self, render};
use flow_compiler::diagnostics::report::Report;
use flow_compiler::host::{Request, Session, read_stream};
use flow_compiler::mend::{Mended, mend};
use std::io::IsTerminal as _;
use std::path::PathBuf;

/// Check programs: all errors at once, with the place and a way forward
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    flowc check                          check every .flow file below this directory\n  \
    flowc check --bounds ship.flow       also say what its flows may use up\n  \
    flowc check --fix                    mend what can be mended without asking\n  \
    flowc check --watch                  check again whenever a file changes\n  \
    flowc check ship.flow review.flow    check two files, and what they import\n  \
    cat x.flow | flowc check -           check standard input")]
pub(crate) struct Arguments {
    /// Files and directories; `-` is standard input
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    output: Output,
    /// Print what each flow may use up: agent turns, time and cost, at least and at most
    #[arg(long)]
    bounds: bool,
    /// Apply the fixes that are certain, and check what is left
    #[arg(long, conflicts_with_all = ["diff", "watch"])]
    fix: bool,
    /// Write nothing; print what `--fix` would change as a unified diff
    #[arg(long, conflicts_with_all = ["watch", "bounds"])]
    diff: bool,
    /// Check again whenever a file changes, until Ctrl-C
    #[arg(long)]
    watch: bool,
    /// Let warnings fail the check
    #[arg(long)]
    deny_warnings: bool,
    /// Print errors only
    #[arg(short, long)]
    quiet: bool,
    /// The path that standard input goes by, for imports and messages
    #[arg(long, value_name = "PATH", default_value = "<stdin>")]
    stdin_filename: String,
}

/// How findings are printed.
#[derive(Args)]
pub(crate) struct Output {
    /// The form of what is found; `rich` on a terminal, else `short`
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Whether `rich` is coloured
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    color: When,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// The source with what is said about it
    Rich,
    /// A line each: `path:line:column: error[E0301]: message`
    Short,
    /// A JSON object a line
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// Code Quality of GitLab
    Gitlab,
    /// JUnit XML, a case for each finding
    Junit,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

impl Output {
    /// The findings as text.
    pub(crate) fn render(&self, report: &Report) -> String {
        let terminal = std::io::stdout().is_terminal();
        let format = match self.format {
            Some(Format::Rich) => render::Format::Rich,
            None if terminal => render::Format::Rich,
            Some(Format::Short) | None => render::Format::Short,
            Some(Format::Json) => render::Format::Json,
            Some(Format::Sarif) => render::Format::Sarif,
            Some(Format::Github) => render::Format::Github,
            Some(Format::Gitlab) => render::Format::Gitlab,
            Some(Format::Junit) => render::Format::Junit,
        };
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = self.color == When::Always || (self.color == When::Auto && terminal && !plain);
        render(report, format, colour)
    }

    /// Whether a program reads JSON.
    pub(crate) fn is_json(&self) -> bool {
        matches!(self.format, Some(Format::Json))
    }

    /// Whether a person reads the output, who likes to be told that nothing is wrong.
    pub(crate) fn is_for_people(&self) -> bool {
        match self.format {
            Some(Format::Rich) => true,
            Some(_) => false,
            None => std::io::stdout().is_terminal(),
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    if arguments.watch {
        return watch::run(&arguments.paths, |session| {
            look(arguments, session, None);
        });
    }
    let is_stdin = arguments.paths.iter().any(|path| path.as_os_str() == "-");
    anyhow::ensure!(
        !(is_stdin && (arguments.fix || arguments.diff)),
        "standard input cannot be mended: name a file"
    );
    let request = request(&arguments.paths, &arguments.stdin_filename)?;
    let (session, mended) = if arguments.fix || arguments.diff {
        let mut session = Session::open_to_edit(&request)?;
        let mended = mend(&mut session.db, &session.roots);
        (session, Some(mended))
    } else {
        (Session::open(&request)?, None)
    };
    memory::pages_for(session.roots.len());
    let outcome = match &mended {
        Some(mended) if arguments.diff => {
            let text = |(file, old): &(_, String)| {
                let file: SourceFile = *file;
                edit::diff(&session.shown(file.path(&session.db)), old, file.text(&session.db))
            };
            print_text(&mended.files.iter().map(text).collect::<String>());
            failure(arguments, &session.check())
        }
        _ => {
            for (file, _) in mended.iter().flat_map(|mended| &mended.files) {
                edit::write(&session.on_disk(*file), file.text(&session.db))?;
            }
            look(arguments, &session, mended.as_ref())
        }
    };
    // The process ends here: taking a large project apart piece by piece would only cost time.
    std::mem::forget(session);
    Ok(outcome)
}

/// How the command ends after this report.
fn failure(arguments: &Arguments, report: &Report) -> Outcome {
    let failed = report.has_errors() || (arguments.deny_warnings && report.count(Severity::Warning) > 0);
    if failed { Outcome::Errors } else { Outcome::Clean }
}

/// Checks and prints.
fn look(arguments: &Arguments, session: &Session, mended: Option<&Mended>) -> Outcome {
    let mut report = session.check_once();
    let outcome = failure(arguments, &report);
    if arguments.quiet {
        report.findings.retain(|finding| finding.severity == Severity::Error);
    }
    if arguments.bounds && !report.has_errors() {
        report.append(session.notes());
        print(&arguments.output.render(&report));
        print(&bounds::text(session, arguments.output.is_json()));
        return outcome;
    }
    print(&arguments.output.render(&report));
    if arguments.output.is_for_people() && !arguments.quiet {
        if let Some(mended) = mended.filter(|mended| mended.fixes > 0) {
            let things = plural(mended.fixes, "thing", "things");
            print(&format!("mended {things} in {}\n", plural(mended.files.len(), "file", "files")));
        }
        if report.findings.is_empty() {
            print(&format!("nothing wrong in {}\n", plural(session.roots.len(), "file", "files")));
        }
    }
    outcome
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Reads the files that a command names.
pub(crate) fn open(paths: &[PathBuf], stdin_filename: &str) -> anyhow::Result<Session> {
    let session = Session::open(&request(paths, stdin_filename)?)?;
    memory::pages_for(session.roots.len());
    Ok(session)
}

fn request(paths: &[PathBuf], stdin_filename: &str) -> anyhow::Result<Request> {
    let directory = std::env::current_dir().context("cannot tell the current directory")?;
    let (stdin, paths): (Vec<_>, Vec<_>) = paths.iter().cloned().partition(|path| path.as_os_str() == "-");
    let stdin = if stdin.is_empty() {
        None
    } else {
        let bytes = read_stream(std::io::stdin()).context("cannot read standard input")?;
        Some((stdin_filename.to_owned(), bytes))
    };
    Ok(Request { directory, paths, stdin })
}
