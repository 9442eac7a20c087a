//! Programs that are right, held to what is promised of those: nothing is found wrong with them, formatting keeps what they
//! mean, and their flows end as a flow may end.

use crate::program::Program;
use crate::random::Random;
use crate::setting;
use flow_grammar::format::format;
use flow_runtime::boundary::Workspace;
use flow_runtime::interp::pure::STACK;
use flow_tests::programs::typed;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

/// How many choices a program is made of, at most.
const CHOICES: usize = 2000;

/// A row of choices: often short, so that small programs are tried, too.
fn choices(random: &mut Random) -> Vec<u8> {
    let most = *random.one(&[30, 120, 500, CHOICES]);
    (0..random.below(most)).map(|_| u8::try_from(random.below(256)).unwrap()).collect()
}

/// What is wrong with a program, if anything is.
pub(crate) type Wrong = Result<(), String>;

/// Holds programs to a property. Of one that fails, the row of choices is made as short and simple as it still fails.
pub(crate) fn every(cases: u64, property: fn(&str, &mut Random) -> Wrong) {
    let wrong = |choices: &[u8], seed| {
        let text = typed(choices);
        let run = || property(&text, &mut Random::new(seed));
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err("it panics".to_owned())).err()
    };
    let first = setting("FLOW_FUZZ_SEED").unwrap_or(1);
    for seed in first..first + setting("FLOW_FUZZ_CASES").unwrap_or(cases) {
        let mut row = choices(&mut Random::new(seed));
        if let Some(mut why) = wrong(&row, seed) {
            shrink(&mut row, |row| wrong(row, seed).map(|found| why = found).is_some());
            panic!("{why}\nwith FLOW_FUZZ_SEED={seed} FLOW_FUZZ_CASES=1, for this program:\n{}", typed(&row));
        }
    }
}

/// Leaves out pieces of a row, and makes others zero, as long as it still fails.
fn shrink(row: &mut Vec<u8>, mut fails: impl FnMut(&[u8]) -> bool) {
    let mut size = row.len();
    while size > 0 {
        let mut at = 0;
        while at < row.len() {
            let end = (at + size).min(row.len());
            let mut less = row.clone();
            less.drain(at..end);
            let mut zeros = row.clone();
            zeros[at..end].fill(0);
            if fails(&less) {
                *row = less;
            } else {
                if zeros != *row && fails(&zeros) {
                    *row = zeros;
                }
                at = end;
            }
        }
        size /= 2;
    }
}

#[test]
fn programs_that_are_right_have_each_thing_that_they_may_have() {
    let all: String = (1..=1000).map(|seed| typed(&choices(&mut Random::new(seed)))).collect();
    for part in [
        "fn fn0<T>(x: T",
        "flow flow0<T>(x: T",
        "fn sample0<T>(x: T)",
        "type Record0<T> {",
        "{Enum0: ",
        ".group_by(",
        " where ",
        "output: lines",
        "output: text",
        "output: file(",
        "-> Exec {",
        " emits ",
        "emit ",
        "= spawn ",
        "join(",
        "bubble(",
        " in events(",
        "Emitted(from, value: ",
        "stage stage2(",
        "parallel for ",
        "race {",
    ] {
        assert!(all.contains(part), "{part}");
    }
}

#[test]
fn a_program_that_is_right_checks_and_is_lowered_and_verified_the_same_after_it_is_formatted() {
    every(150, |text, _| {
        let program = Program::new(&[("main.flow", text)]);
        let errors = program.errors();
        if !errors.is_empty() {
            return Err(errors.join("\n"));
        }
        let once = format(text);
        let twice = format(&once.text);
        if !once.defects.is_empty() || once.text != twice.text {
            return Err(format!("formatted: {:?}\n{}\nand again:\n{}", once.defects, once.text, twice.text));
        }
        let formatted = Program::new(&[("main.flow", &once.text)]);
        program.prove()?;
        if program.lowered() != formatted.lowered() {
            return Err(format!("it is compiled to something else when it is formatted:\n{}", once.text));
        }
        Ok(())
    });
}

#[test]
fn a_flow_of_a_program_that_is_right_ends_with_a_value_or_a_failure_that_is_declared_and_the_same_twice() {
    every(120, |text, _| {
        let program = Program::new(&[("main.flow", text)]);
        let (first, second) = (ends(&program)?, ends(&program)?);
        if first != second {
            return Err(format!("it ends with\n{first:#?}\nand the second time with\n{second:#?}"));
        }
        Ok(())
    });
}

/// How the tests of a program end.
pub(crate) fn ends(program: &Program) -> Result<Vec<String>, String> {
    let tests = program.tests()?;
    let work = move || {
        let mut ends = Vec::new();
        let tests = Rc::new(tests);
        for name in tests.tests.keys() {
            let folder = tempfile::tempdir().unwrap();
            let workspace = Workspace::at(folder.path()).unwrap();
            let report = flow_runtime::testing::run(&tests, name, &workspace, None);
            let (kind, message) =
                report.finding.as_ref().map_or(("passed", ""), |found| (found.kind, &found.message));
            let is_declared = match kind {
                "passed" | "blocked" => true,
                "failed" => !["InvalidProgram", "Unsupported"].iter().any(|kind| message.contains(kind)),
                _ => false,
            };
            let calls: Vec<_> = report.calls.iter().map(|call| (&call.text, &call.outcome)).collect();
            let end =
                format!("{name}: {kind}: {message} after {} ms: {calls:?} {:?}", report.took, report.said);
            if !is_declared {
                return Err(end);
            }
            ends.push(end);
        }
        Ok(ends)
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap();
    thread.join().unwrap_or_else(|_| Err("it panics".to_owned()))
}

#[test]
fn what_is_found_in_a_program_that_was_right_does_not_depend_on_the_edits_before() {
    every(40, |text, random| {
        let corpus = [text.to_owned()];
        let mut program = Program::new(&[("main.flow", text)]);
        program.report();
        let mut edited = text.to_owned();
        for _ in 0..4 {
            if random.chance(4) {
                edited = text.to_owned();
            } else {
                crate::soup::stir(&mut edited, &corpus, random);
            }
            program.write("main.flow", &edited);
            let (kept, fresh) = (program.report(), Program::new(&[("main.flow", &edited)]).report());
            if kept != fresh {
                return Err(format!("after edits to\n{edited}\nthis is found:\n{kept}\nanew:\n{fresh}"));
            }
        }
        Ok(())
    });
}
