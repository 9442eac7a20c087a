//! `flow explore`: every route of a flow, and where it ends.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use flow_grammar::format::format;
use flow_ir::{At, Name, Program};
use flow_runtime::boundary::Workspace;
use flow_runtime::interp::pure::{Pure, STACK};
use flow_runtime::run::inputs;
use flow_runtime::testing::coverage::{Coverage, Point};
use flow_runtime::testing::explore::{Explored, Kind, LeftOut, Limits, explore, left_out};
use serde_json::{Value as Json, json};

use crate::drive::{eprintln, println};
use crate::exit::{Exit, Failed};
use crate::load::load;
use crate::scratch::Scratch;

/// Try every route of a flow: each agent, command and person answers everything that it may
///
/// Nothing is called, and time is virtual. Each end is told once, with the shortest way there as a test that `flow test`
/// runs.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  flow explore ship.flow                      where its routes end, and what none of them takes
  flow explore ship.flow ship -i ticket=12    say which flow, and hold an input to one value
  flow explore ship.flow --write ship.flow    add the tests to the file

Exit codes: 0 every route ends as the flow says, 1 one breaks or waits for ever, 2 bad usage, or a program that does
not check.")]
pub(crate) struct Args {
    /// A source file, a directory with sources, or a program that `flowc build` wrote
    path: PathBuf,
    /// The flow, if there are several
    flow: Option<String>,
    /// Hold an input to one value: text as it is, anything else as JSON
    #[arg(long, short, value_name = "NAME=VALUE")]
    input: Vec<String>,
    /// How many runs are made at most
    #[arg(long, value_name = "N", default_value_t = 1000)]
    max_runs: usize,
    /// How many calls are answered in one run at most
    #[arg(long, value_name = "N", default_value_t = 100)]
    max_answers: usize,
    /// Add the tests to a file instead of printing them, but for those whose names it has
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Print a JSON object for each end, and one for all of them
    #[arg(long)]
    json: bool,
    /// Print no tests
    #[arg(long, short)]
    quiet: bool,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failed> {
    let began = Instant::now();
    let program = load(&args.path, args.flow.as_deref(), true)?.program;
    let explored = on_a_thread(args, program.clone())?;
    let report = Report { program: &program, explored: &explored, seconds: began.elapsed().as_secs_f64() };
    if args.json {
        report.json().iter().for_each(|line| println(&line.to_string()));
    } else {
        println(report.text(!args.quiet && args.write.is_none()).trim_end());
    }
    if let Some(path) = &args.write {
        write(path, &explored)?;
    }
    let is_bad = explored.ends.iter().any(|end| matches!(end.kind, Kind::Breaks | Kind::Stuck));
    Ok(if is_bad { Exit::Failed } else { Exit::Good })
}

/// Explores where there is stack enough.
fn on_a_thread(args: &Args, program: Program) -> Result<Explored, Failed> {
    let limits = Limits { runs: args.max_runs.max(1), answers: args.max_answers };
    let pairs = args.input.clone();
    let scratch = Scratch::fleeting("explore")?;
    let work = move || {
        let program = Rc::new(program);
        let aside = workspace(&scratch.at(0))?;
        let inputs = given(&program, &aside, &pairs)?;
        let folder = scratch.at(1);
        let mut next = || {
            // It may be missing.
            let _ = std::fs::remove_dir_all(&folder);
            workspace(&folder)
        };
        let explored = explore(&program, &inputs, limits, &aside, &mut next);
        for left in [scratch.at(0), folder] {
            let _ = std::fs::remove_dir_all(left);
        }
        explored
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work);
    let thread = thread.map_err(|error| Failed::usage(format!("no room for a thread: {error}")))?;
    match thread.join() {
        Ok(explored) => {
            let mut explored = explored.map_err(Failed::usage)?;
            for test in explored.ends.iter_mut().filter_map(|end| end.test.as_mut()) {
                *test = format(test).text;
            }
            Ok(explored)
        }
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

fn workspace(folder: &Path) -> Result<Workspace, String> {
    let unusable =
        |error: std::io::Error| format!("cannot make a workspace at `{}`: {error}", folder.display());
    std::fs::create_dir_all(folder).map_err(unusable)?;
    Workspace::at(folder).map_err(unusable)
}

/// The inputs that are held to one value.
fn given(program: &Rc<Program>, aside: &Workspace, pairs: &[String]) -> Result<BTreeMap<Name, Json>, String> {
    let pure = Pure::new(Rc::clone(program));
    let mut given = BTreeMap::new();
    for pair in pairs {
        let Some((name, text)) = pair.split_once('=') else {
            return Err(format!("`--input {pair}` is not of the form NAME=VALUE"));
        };
        let json = inputs::spell(&pure, aside, name.trim(), text)?;
        given.insert(name.trim().into(), json);
    }
    Ok(given)
}

/// Adds the tests to a file that does not have them yet.
fn write(path: &Path, explored: &Explored) -> Result<(), Failed> {
    let known = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Failed::usage(format!("cannot read `{}`: {error}", path.display()))),
    };
    let tests = explored.ends.iter().filter_map(|end| end.test.as_deref());
    let is_new = |test: &&str| test.lines().next().is_some_and(|name| !known.contains(name));
    let tests: Vec<&str> = tests.filter(is_new).collect();
    let mut text = String::new();
    for test in &tests {
        if !text.is_empty() || !known.is_empty() {
            text.push('\n');
        }
        text.push_str(test);
    }
    let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| Failed::usage(format!("cannot write `{}`: {error}", path.display())))?;
    eprintln(&format!("added {} to {}", count(tests.len(), "test"), path.display()));
    Ok(())
}

fn count(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// What is told.
struct Report<'r> {
    program: &'r Program,
    explored: &'r Explored,
    seconds: f64,
}

impl Report<'_> {
    /// The ways that no route takes.
    fn untaken(&self) -> Vec<Point> {
        let coverage = Coverage::of(self.program);
        let points = coverage.points().iter().zip(&self.explored.reached);
        // The standard library has ways for others.
        let own = |point: &Point| self.place(point.at).is_none_or(|(file, ..)| !file.starts_with("std/"));
        points.filter(|(point, reached)| !**reached && own(point)).map(|(point, _)| point.clone()).collect()
    }

    /// What no run follows, but for what is not the program's own.
    fn left_out(&self) -> Vec<LeftOut> {
        let own = |it: &LeftOut| self.place(it.at).is_none_or(|(file, ..)| !file.starts_with("std/"));
        left_out(self.program).into_iter().filter(own).collect()
    }

    fn place(&self, at: At) -> Option<(&str, u32, u32)> {
        let sources = &self.program.sources;
        let (file, line, column, ..) = *sources.spans.get(usize::try_from(at).ok()?)?;
        Some((&sources.files.get(usize::try_from(file).ok()?)?.path, line, column))
    }

    /// For people.
    fn text(&self, with_tests: bool) -> String {
        let Explored { runs, routes, left, alike, ends, .. } = self.explored;
        let mut out = format!(
            "{}: {} in {}, {:.2} s\n",
            self.program.flow,
            count(*routes, "route"),
            count(*runs, "run"),
            self.seconds
        );
        // Writing to a string cannot fail.
        if *left > 0 {
            let _ = writeln!(
                out,
                "not all were tried: {} are left; `--max-runs` allows more",
                count(*left, "run")
            );
        } else if *alike > 0 {
            let _ = writeln!(
                out,
                "every answer was tried, but not every combination of answers that change nothing by themselves: {} are left",
                count(*alike, "run")
            );
        }
        for end in ends {
            let place = end.at.and_then(|at| self.place(at));
            let place =
                place.map(|(file, line, column)| format!(" ({file}:{line}:{column})")).unwrap_or_default();
            let mark = if matches!(end.kind, Kind::Breaks | Kind::Stuck) { "!" } else { "-" };
            let message = end.message.replace('\n', "\n  ");
            let _ = writeln!(out, "\n{mark} {message}{place}: {}", count(end.routes, "route"));
            match end.test.as_ref().filter(|_| with_tests) {
                Some(test) => {
                    let _ = write!(out, "\n{test}");
                }
                None => {
                    for (who, what) in &end.answers {
                        let _ = writeln!(out, "    {who}: {what}");
                    }
                }
            }
        }
        let untaken = self.untaken();
        if !untaken.is_empty() {
            out.push_str("\nno route takes:\n");
        }
        for point in untaken {
            let within = point.within.rsplit('.').next().unwrap_or(&point.within);
            let place = self.place(point.at).map(|(file, line, column)| format!("{file}:{line}:{column}: "));
            let _ = writeln!(out, "  {}{} in `{within}`", place.unwrap_or_default(), point.what);
        }
        let left_out = self.left_out();
        if !left_out.is_empty() {
            out.push_str("\nnot followed:\n");
        }
        for LeftOut { what, within, at } in left_out {
            let within = within.rsplit('.').next().unwrap_or(&within);
            let place = self.place(at).map(|(file, line, column)| format!("{file}:{line}:{column}: "));
            let _ = writeln!(out, "  {}{what}, in `{within}`", place.unwrap_or_default());
        }
        out
    }

    /// For programs: an object for each end, and one for all of them.
    fn json(&self) -> Vec<Json> {
        let place = |at: At| {
            let place = self.place(at);
            place.map(|(file, line, column)| json!({ "file": file, "line": line, "column": column }))
        };
        let Explored { runs, routes, left, alike, ends, .. } = self.explored;
        let end = |end: &flow_runtime::testing::explore::End| {
            let answers = end.answers.iter().map(|(who, what)| json!({ "of": who, "answer": what }));
            json!({
                "event": "end",
                "kind": end.kind,
                "message": end.message,
                "place": end.at.and_then(place),
                "routes": end.routes,
                "answers": answers.collect::<Vec<_>>(),
                "test": end.test,
            })
        };
        let untaken = self.untaken().into_iter().map(|point| {
            json!({ "kind": point.kind, "what": point.what, "within": point.within, "place": place(point.at) })
        });
        let left_out = self.left_out().into_iter();
        let left_out =
            left_out.map(|it| json!({ "what": it.what, "within": it.within, "place": place(it.at) }));
        let summary = json!({
            "event": "summary",
            "flow": self.program.flow,
            "runs": runs,
            "routes": routes,
            "left": left,
            "alike": alike,
            "untaken": untaken.collect::<Vec<_>>(),
            "left_out": left_out.collect::<Vec<_>>(),
            "seconds": self.seconds,
        });
        ends.iter().map(end).chain([summary]).collect()
    }
}
