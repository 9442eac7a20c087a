//! The specification: pages of prose and programs, which say beside the line what the compiler finds. `README.md` says how
//! they are written. `FLOW_SPEC=text` runs only the programs under headings with that text, `FLOW_UPDATE=1` writes what is
//! found into the pages.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod expect;
mod page;
mod run;
mod update;

use expect::{What, expectations};
use flow_compiler::diagnostics::codes;
use flow_tests::repository;
use page::{Program, programs};
use run::{Loaded, Outcome, beyond, compare};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A page: its path, its text and its programs.
struct Page {
    path: PathBuf,
    text: String,
    programs: Vec<Program>,
}

impl Page {
    fn shown(&self) -> String {
        self.path.strip_prefix(repository()).unwrap().display().to_string()
    }
}

fn pages() -> Vec<Page> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(repository().join("tests/spec")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "md") && !path.ends_with("README.md"));
    paths.sort();
    let page = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let found = programs(&text);
        let programs = found.unwrap_or_else(|(line, why)| panic!("{}:{}: {why}", path.display(), line + 1));
        Page { path, text, programs }
    };
    paths.into_iter().map(page).collect()
}

/// What does not hold of a program, each with the line of its page, from 1.
fn failures(program: &Program) -> Vec<(usize, String)> {
    let loaded = Loaded::new(program);
    let compared = match compare(&loaded, program) {
        Ok(compared) => compared,
        Err((line, why)) => return vec![(line + 1, why)],
    };
    let mut out: Vec<(usize, String)> =
        beyond(&loaded, program).into_iter().map(|(line, why)| (line + 1, why)).collect();
    for file in &compared {
        let first = file.part.first + 1;
        for (expected, outcome) in &file.expected {
            if let Outcome::Instead(why) = outcome {
                out.push((first + expected.written, format!("{}: {why}", expected.text)));
            }
        }
        out.extend(
            file.unexpected.iter().map(|it| (first + it.line, format!("not expected: {}", it.text()))),
        );
    }
    out.sort();
    out
}

/// The programs of a page, on as many threads as there are processors.
fn each<R: Send>(all: &[&Program], job: impl Fn(&Program) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((at, program)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            all.get(at).map(|program| (at, program))
        } {
            done.push((at, job(program)));
        }
        done
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[test]
fn every_program_does_what_is_said_beside_its_lines() {
    let pages = pages();
    if std::env::var_os("FLOW_UPDATE").is_some() {
        pages.iter().for_each(write_what_is_found);
    }
    let pages = self::pages();
    let filter = std::env::var("FLOW_SPEC").unwrap_or_default();
    let all: Vec<(&Page, &Program)> = pages
        .iter()
        .flat_map(|page| page.programs.iter().map(move |program| (page, program)))
        .filter(|(page, program)| program.name.contains(&filter) || page.shown().contains(&filter))
        .collect();
    let programs: Vec<&Program> = all.iter().map(|(_, program)| *program).collect();
    let mut wrong = String::new();
    for ((page, program), failures) in all.iter().zip(each(&programs, failures)) {
        for (line, why) in failures {
            wrong.push_str(&format!("{}:{line}: {}: {why}\n", page.shown(), program.name));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Codes that no program on a page can give: files that cannot be read, or are larger than a test may be.
const WITHOUT_PROGRAM: [&str; 4] = ["E0032", "E0036", "E0601", "E0602"];

#[test]
fn every_code_has_a_program_that_gives_it() {
    let mut expected: BTreeSet<String> = BTreeSet::new();
    let mut count = 0;
    for program in pages().iter().flat_map(|page| &page.programs) {
        count += 1;
        for part in &program.files {
            let found = expectations(&part.path, &part.text).unwrap().into_iter();
            expected.extend(found.filter_map(|it| match it.what {
                What::Finding { code, .. } => Some(code),
                What::Revealed { .. } => None,
            }));
        }
    }
    let missing: Vec<&str> =
        codes::all().map(|page| page.code).filter(|code| !expected.contains(*code)).collect();
    assert_eq!(missing, WITHOUT_PROGRAM, "each code needs a program in tests/spec");
    assert!(count > 600, "there are {count} programs");
}

fn write_what_is_found(page: &Page) {
    let mut lines: Vec<String> = page.text.lines().map(str::to_owned).collect();
    // From the end, so that the lines of what is yet to come stay where they are.
    for program in page.programs.iter().rev() {
        if let Ok(compared) = compare(&Loaded::new(program), program) {
            update::update(&mut lines, &compared);
        }
    }
    fs::write(&page.path, lines.join("\n") + "\n").unwrap();
}

fn program(text: &str) -> Program {
    programs(&format!("# A\n\n```flow\n{text}```\n")).unwrap().remove(0)
}

fn wrong(text: &str) -> Vec<(usize, String)> {
    failures(&program(text))
}

#[test]
fn what_is_found_and_not_expected_fails() {
    let found = wrong("fn f() -> int {\n  \"x\"\n}\n");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0 == 5 && found[0].1.starts_with("not expected: error[E0301]: "), "{found:?}");
}

#[test]
fn what_is_expected_and_not_found_fails() {
    for comment in ["error[E0302]", "error[E0301]: no such message", "error[E0301] on `\"y\"`"] {
        let found = wrong(&format!("fn f() -> int {{\n  \"x\" // {comment}\n}}\n"));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().any(|(line, why)| *line == 5 && why.contains("it is not found")), "{found:?}");
    }
    assert_eq!(wrong("fn f() -> int {\n  \"x\" // error[E0301] on `\"x\"`\n}\n"), []);
}

#[test]
fn another_type_than_the_revealed_one_fails() {
    assert_eq!(wrong("fn f() -> int {\n  let x = [1] // revealed: x: [int]\n  x.len()\n}\n"), []);
    let found = wrong("fn f() -> int {\n  let x = [1] // revealed: x: [float]\n  x.len()\n}\n");
    assert_eq!(found, [(5, "// revealed: x: [float]: it is `[int]`".to_owned())]);
    assert_eq!(wrong("fn f(xs: [int]) -> int {\n  let len = xs.len() // revealed: len: int\n  len\n}\n"), []);
    let found = wrong("fn f() -> int { 1 } // revealed: y: int\n");
    assert_eq!(found, [(4, "// revealed: y: int: there is no `y` on the line".to_owned())]);
}

#[test]
fn an_update_writes_what_is_found_and_keeps_what_is_met() {
    let text = "fn f() -> int {\n  // error[E0106] on `y`\n  let x = [y] // warning[W0101]\n  \"x\" // error[E0106]: no\n}\n";
    let program = program(text);
    let mut lines: Vec<String> = ["# A", "", "```flow"].iter().map(|it| (*it).to_owned()).collect();
    lines.extend(text.lines().map(str::to_owned));
    let compared = compare(&Loaded::new(&program), &program).unwrap();
    update::update(&mut lines, &compared);
    let updated = self::program(&(lines[3..].join("\n") + "\n"));
    assert_eq!(failures(&updated), [], "{lines:#?}");
    let kept = lines.iter().position(|line| line == "  // error[E0106] on `y`").unwrap();
    assert_eq!(lines[kept + 1], "  let x = [y]");
}
