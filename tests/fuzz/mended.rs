//! What lints mend: with every lint on, checking says something or nothing; what `check --fix` makes of a program has no more errors
//! than before, has nothing left to mend, and does the same.

use crate::program::Program;
use crate::random::Random;
use crate::setting;
use crate::typed::{Wrong, ends, every};
use flow_compiler::db::Rules;
use flow_compiler::lints::{LINTS, Level, Levels};
use flow_compiler::mend::mend;
use salsa::Setter as _;
use std::fmt::Write as _;

/// Statements that lints mind, `N` standing for a number of their own; all of them only compute of `n`, `b` and `s`.
const MINDED: &[&str] = &[
    "var vN = n + 1\nlog(\"${vN}\")",
    "if b == true { log(\"N\") }",
    "if (n > N) == true { log(\"N\") }",
    "if not (b == false) { log(\"N\") }",
    "if (b and n > 1) != true { log(\"N\") }",
    "if s.is_empty() != false { log(\"N\") } else if b == false { log(\"no\") }",
    "let oN = b != false or s.contains(\"a\") == false\nlog(\"${oN}\")",
    "let wN = [b == true, b != true, (b) == false]\nlog(\"${wN}\")",
    "let tN = \"${s}\"\nlog(tN)",
    "log(\"${s.trim()}\" + \"${s}\")",
    "let xN = \"${\"${s}\"}\"\nlog(xN)",
    "let cN = s.trim() catch _ { \"\" }\nlog(cN)",
    "let dN = (if b { s.upper() } else { \"${s}\" }) catch e { e.message }\nlog(dN)",
    "log(s.lower() catch _ { fail \"never\" })",
    "let eN = [s.trim() catch _ { s }, s].join(\"-\")\nlog(eN)",
    "@allow(unused_binding)\nlog(\"N\")",
    "@allow(unused_binding, shadowed_name)\nlet uN = n",
    "let hN = n",
    "var kN = 1\nkN = n",
    "if true { log(\"N\") }",
    "n",
    "let mN = match b { true => 1, false => 2, _ => 3 }\nlog(\"${mN}\")",
    "parallel { one: { log(\"N\") } }",
    "for at in 1..2 {\n  var lN = at == n\n  if lN == true { log(\"${at}\") }\n}",
    "let fN = [n].map(|it| (it > 1) == true)\nlog(\"${fN}\")",
    "var gN = [\"${s}\"]\nlog(gN.join(\"${s}\"))",
];

/// A program of such statements, with a test that calls it twice.
fn minded(random: &mut Random) -> String {
    let mut body = String::new();
    for number in 0..1 + random.below(8) {
        let piece = random.one(MINDED).replace('N', &number.to_string());
        if random.chance(4) && !piece.starts_with('@') {
            let indented = piece.replace('\n', "\n    ");
            let _ = writeln!(body, "  if n >= {number} {{\n    {indented}\n  }}");
        } else {
            let _ = writeln!(body, "  {}", piece.replace('\n', "\n  "));
        }
    }
    format!(
        "flow f(n: int, b: bool, s: string) {{\n{body}}}\n\
         test \"one\" {{\n  f(1, true, \" a \")\n}}\n\
         test \"two\" {{\n  f(3, false, \"\")\n}}\n"
    )
}

/// What is wrong with what is mended in a program that has no error.
fn mended(text: &str) -> Result<usize, String> {
    let mut program = Program::new(&[("main.flow", text)]);
    let mut levels = Levels::default();
    LINTS.iter().for_each(|lint| levels.set(lint, Level::Warn));
    Rules::get(program.db()).set_lints(program.db_mut()).to(levels);
    let errors = program.errors();
    if !errors.is_empty() {
        return Err(errors.join("\n"));
    }
    program.report();
    let before = ends(&program)?;
    let file = program.file("main.flow");
    let done = mend(program.db_mut(), &[file]);
    let now = file.text(program.db()).clone();
    let wrong = |what: &str, why: &str| Err(format!("{what}: {why}\nof\n{text}\nthis was made:\n{now}"));
    let errors = program.errors();
    if !errors.is_empty() {
        return wrong("it has errors now", &errors.join("\n"));
    }
    let again = mend(program.db_mut(), &[file]);
    if again.fixes > 0 {
        return wrong("it is mended again", &again.fixes.to_string());
    }
    let after = ends(&program)?;
    if before != after {
        return wrong("it does something else", &format!("{before:#?}\n{after:#?}"));
    }
    Ok(done.fixes)
}

#[test]
fn what_is_mended_does_the_same() {
    let first = setting("FLOW_FUZZ_SEED").unwrap_or(1);
    let mut fixes = 0;
    let cases = setting("FLOW_FUZZ_CASES").unwrap_or(150);
    for seed in first..first + cases {
        let text = minded(&mut Random::new(seed));
        fixes +=
            mended(&text).unwrap_or_else(|why| panic!("{why}\nwith FLOW_FUZZ_SEED={seed} FLOW_FUZZ_CASES=1"));
    }
    assert!(fixes as u64 >= cases, "{fixes}");
}

#[test]
fn each_statement_that_is_minded_checks_and_most_are_mended() {
    let text = |piece: &str| {
        let body = piece.replace('N', "0");
        format!(
            "flow f(n: int, b: bool, s: string) {{\n{body}\nlog(s)\nlog(\"${{n}}${{b}}\")\n}}\ntest \"one\" {{ f(1, true, \"\") }}\n"
        )
    };
    let fixes =
        MINDED.iter().map(|piece| mended(&text(piece)).unwrap_or_else(|why| panic!("{piece}: {why}")));
    let fixed = fixes.filter(|fixes| *fixes > 0).count();
    assert!(fixed >= 16, "{fixed}");
}

#[test]
fn what_is_mended_in_a_program_that_is_right_does_the_same() {
    fn property(text: &str, _: &mut Random) -> Wrong {
        mended(text).map(drop)
    }
    every(60, property);
}
