//! `flowc fmt`

use crate::{Outcome, complain, edit, print, print_text};
use anyhow::Context as _;
use clap::Args;
use flow_compiler::db::{Database, Origin, SourceFile};
use flow_compiler::diagnostics::render::{Format, render};
use flow_compiler::diagnostics::report::Report;
use flow_compiler::host::{self, Request};
use flow_compiler::parallel;
use flow_compiler::syntax::syntax_diagnostic;
use flow_grammar::error::SyntaxError;
use flow_grammar::format::{Formatted, format};
use flow_grammar::span::Span;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

/// Format programs: one style, nothing to choose
#[derive(Args)]
#[command(after_help = concat!("Examples:\n  \
    flowc fmt                            format every .flow file below this directory\n  \
    flowc fmt --check                    name the files that are not formatted, and change none\n  \
    flowc fmt --diff ship.flow           show what would change, and change nothing\n  \
    cat x.flow | flowc fmt -             format standard input\n\n\
    The exit code is 0 if all is formatted, 1 if a file would change with --check or --diff, or has a mistake of syntax:\n\
    the broken item stays as it is, and the mistake is told on standard error; 2 if the call is wrong.\n\
    The style: ", env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/style.md"))]
pub(crate) struct Arguments {
    /// Files and directories; `-` is standard input, which goes to standard output
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Write nothing; name the files that would change, and end with 1 if there are any
    #[arg(long)]
    check: bool,
    /// Write nothing; print what would change as a unified diff, and end with 1 if anything would
    #[arg(long)]
    diff: bool,
    /// The path that standard input goes by in messages
    #[arg(long, value_name = "PATH", default_value = "<stdin>")]
    stdin_filename: String,
}

/// What is to be formatted.
struct Input {
    /// What messages call it.
    shown: String,
    text: Text,
}

enum Text {
    /// In a file, not yet read.
    File(PathBuf),
    /// From standard input.
    Stdin(Vec<u8>),
}

/// What became of an input.
#[derive(Default)]
struct Done {
    changed: bool,
    /// For standard output.
    out: String,
    /// Mistakes, for standard error.
    report: Report,
    /// What else went wrong, and how the command ends for it.
    failure: Option<(String, Outcome)>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let inputs = inputs(arguments)?;
    let done = parallel::map(&inputs, || (), |(), input| one(arguments, input));
    let mut report = Report::default();
    let mut changed = 0;
    let mut outcome = Outcome::Clean;
    for done in done {
        changed += usize::from(done.changed);
        print_text(&done.out);
        report.append(done.report);
        if let Some((message, how)) = done.failure {
            complain(&message);
            outcome = how;
        }
    }
    tell(&report);
    let stdin = inputs.iter().any(|input| matches!(input.text, Text::Stdin(_)));
    if std::io::stdout().is_terminal() && !arguments.diff && !stdin {
        print(&summary(arguments.check, changed, inputs.len()));
    }
    if outcome == Outcome::Clean
        && (report.has_errors() || ((arguments.check || arguments.diff) && changed > 0))
    {
        outcome = Outcome::Errors;
    }
    Ok(outcome)
}

/// What the call names.
fn inputs(arguments: &Arguments) -> anyhow::Result<Vec<Input>> {
    let directory = std::env::current_dir().context("cannot tell the current directory")?;
    let (stdin, paths): (Vec<_>, Vec<_>) =
        arguments.paths.iter().cloned().partition(|path| path.as_os_str() == "-");
    let is_flow = |path: &Path| path.extension().is_some_and(|extension| extension == "flow");
    let mut inputs: Vec<Input> = Vec::new();
    for path in host::find(&Request { directory: directory.clone(), paths, stdin: None })? {
        let shown = host::shown_from(&directory, &path);
        // Only what is named can be something else: prompts and other texts are nobody's to format.
        anyhow::ensure!(is_flow(&path), "`{shown}` is not a `.flow` file");
        inputs.push(Input { shown, text: Text::File(path) });
    }
    if !stdin.is_empty() {
        let bytes = host::read_stream(std::io::stdin()).context("cannot read standard input")?;
        inputs.push(Input { shown: arguments.stdin_filename.clone(), text: Text::Stdin(bytes) });
    }
    Ok(inputs)
}

/// Formats one input.
fn one(arguments: &Arguments, input: &Input) -> Done {
    let shown = &input.shown;
    let text = match &input.text {
        Text::File(path) => host::read_file(path, shown),
        Text::Stdin(bytes) => host::decode(bytes.clone(), shown),
    };
    let text = match text {
        Ok(text) => text,
        Err(report) => return Done { report, ..Done::default() },
    };
    let Formatted { text: formatted, errors, defects } = format(&text);
    let changed = formatted != text;
    let mut done = Done { changed, report: mistakes(shown, &text, &errors), ..Done::default() };
    if let Some(defect) = defects.first() {
        done.failure = Some((defective(shown, &text, *defect), Outcome::Defect));
    }
    if arguments.diff {
        done.out = if changed { edit::diff(shown, &text, &formatted) } else { String::new() };
    } else if arguments.check {
        done.out = if changed { format!("{shown}\n") } else { String::new() };
    } else if let Text::File(path) = &input.text {
        if changed && let Err(error) = edit::write(path, &formatted) {
            done.changed = false;
            done.failure = Some((format!("{error:#}"), Outcome::Usage));
        }
    } else {
        done.out = formatted;
    }
    done
}

fn mistakes(shown: &str, text: &str, errors: &[SyntaxError]) -> Report {
    if errors.is_empty() {
        return Report::default();
    }
    let db = Database::default();
    let file = SourceFile::new(&db, shown.to_owned(), text.to_owned(), Origin::Project);
    let found: Vec<_> = errors.iter().map(|error| syntax_diagnostic(file, error, 0)).collect();
    Report::of(&db, &found)
}

fn defective(shown: &str, text: &str, item: Span) -> String {
    let line = text[..item.start as usize].matches('\n').count() + 1;
    format!(
        "{shown}:{line}: formatting this item would change what it says, so it is left as it is\n  \
         this is a defect of flowc {}: please report it with the item: {}/issues",
        env!("CARGO_PKG_VERSION"),
        env!("CARGO_PKG_REPOSITORY")
    )
}

/// What is wrong, on standard error: standard output is for texts, names and differences.
fn tell(report: &Report) {
    if report.findings.is_empty() {
        return;
    }
    let terminal = std::io::stderr().is_terminal();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let form = if terminal { Format::Rich } else { Format::Short };
    let text = render(report, form, terminal && !plain);
    let _ = write!(std::io::stderr(), "{text}");
    complain("what is broken is left as it is");
}

/// A line for people.
fn summary(check: bool, changed: usize, all: usize) -> String {
    let files = |count: usize| format!("{count} {}", if count == 1 { "file" } else { "files" });
    match (check, changed) {
        (_, 0) => format!("nothing to format in {}\n", files(all)),
        (true, changed) => format!("{} of {all} would change\n", files(changed)),
        (false, changed) => format!("formatted {} of {all}\n", files(changed)),
    }
}
