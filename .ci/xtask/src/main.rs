//! The project's chores, one module each: `cargo xtask CHORE`.

#![forbid(unsafe_code)]

mod bench;
mod bolt;
mod generate;
mod grammar;
mod guided;
mod install;
mod sh;
mod test;
mod vsix;

use anyhow::bail;

const USAGE: &str = "usage: cargo xtask CHORE

install [--guided]
                install flowc, flow and flow-lsp; guided: flowc compiled twice, the second time by a
                profile of the first, and put in order by llvm-bolt if that is there
test [ARGS]     run every test; the tests fetch what they drive
grammar         generate the parser from grammar/src/flow.lalrpop
generate DIR [LINES]
                write a Flow project to measure with: 100,000 lines, 200 in each file
bench [--quick] [--guided] [--built]
                time whole processes side by side and print a table; guided: with the guided flowc too;
                built: the programs as they were built last, at a moment when the machine is quiet
vsix            package the extension for Visual Studio Code, which wants Node";

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["install"] => install::run(false),
        ["install", "--guided"] => install::run(true),
        ["test", more @ ..] => test::run(more),
        ["grammar"] => grammar::write(),
        ["vsix"] => vsix::build(),
        ["generate", directory] => generate::write(directory, "100000"),
        ["generate", directory, lines] => generate::write(directory, lines),
        ["bench", flags @ ..] if flags.iter().all(|flag| bench::FLAGS.contains(flag)) => {
            let [quick, guided, built] = bench::FLAGS.map(|flag| flags.contains(&flag));
            bench::run(quick, guided, built)
        }
        // What `bench` starts.
        ["bench-probe", rest @ ..] => bench::probe::run(rest),
        ["bench-stamp", file] => bench::probe::stamp(file),
        ["bench-floor", count] => bench::floor::run(count),
        _ => bail!("{USAGE}"),
    }
}
