//! Programs of nothing but what takes time and turns, and ends others: timeouts, attempts, budgets, races, what is deferred, and
//! loops over variables that change and parameters of stages that are entered again.
//! A run of one takes no less and no more than its bounds say.

use crate::program::Program;
use crate::promised::keeps_its_promises;
use crate::random::Random;
use crate::setting;
use std::fmt::Write as _;

/// How many flows a program has; each calls only those before it.
const FLOWS: usize = 5;

struct Maker<'r> {
    random: &'r mut Random,
    /// The number of the flow that is made.
    flow: usize,
    /// How many variables there are.
    variables: usize,
    out: String,
}

impl Maker<'_> {
    fn time(&mut self) -> &'static str {
        ["10s", "1m", "2m", "5m", "20m"][self.random.below(5)]
    }

    /// A call of a flow before this one, or a pause where there is none.
    fn call(&mut self) -> String {
        if self.flow == 0 || self.random.chance(3) {
            return format!("sleep({})", self.time());
        }
        let callee = self.random.below(self.flow);
        let n = ["n", "1", "3"][self.random.below(3)];
        let options = match self.random.below(4) {
            0 => format!(" with {{ timeout: {} }}", self.time()),
            1 => format!(" with {{ timeout: {}, retry: {} }}", self.time(), self.random.below(3)),
            2 => format!(" with {{ retry: {} }}", self.random.below(3)),
            _ => String::new(),
        };
        format!("f{callee}({n}){options}")
    }

    fn steps(&mut self, depth: usize) {
        for _ in 0..=self.random.below(3) {
            self.step(depth);
        }
    }

    fn step(&mut self, depth: usize) {
        let kind = if depth == 0 { self.random.below(4) } else { self.random.below(12) };
        let (count, time) = (self.random.below(3) + 1, self.time());
        match kind {
            0 => _ = writeln!(self.out, "quiet()"),
            1 => _ = writeln!(self.out, "if n > {count} {{ fail \"no\" }}"),
            2 | 3 => {
                let call = self.call();
                _ = writeln!(self.out, "{call}");
            }
            4 => {
                let call = self.call();
                self.braced(&format!("{call} catch _"), depth);
            }
            5 => {
                _ = writeln!(self.out, "loop max {count} {{ if n > {count} {{ break }}");
                self.steps(depth - 1);
                self.out.push_str("} else { sleep(10s) }\n");
            }
            6 => self.braced(&format!("for _ in 1..{count}"), depth),
            7 => self.braced(&format!("parallel for _ in 1..{} max {count}", count + 1), depth),
            8 => {
                self.out.push_str("parallel {\n");
                for branch in ["a", "b"] {
                    _ = writeln!(self.out, "{branch}: {{");
                    self.steps(depth - 1);
                    self.out.push_str("1 },\n");
                }
                self.out.push_str("}\n");
            }
            9 => self.changing(depth, count),
            10 => {
                self.out.push_str("race {\n");
                let call = self.call();
                self.braced(&format!("_ = {call} =>"), depth);
                self.braced(&format!("_ = sleep({time}) =>"), depth);
                self.out.push_str("}\n");
            }
            _ => {
                let call = self.call();
                _ = writeln!(self.out, "defer {{ {call}\nquiet() }}");
            }
        }
    }

    /// Rounds over a variable that changes with each.
    fn changing(&mut self, depth: usize, count: usize) {
        self.variables += 1;
        let k = format!("k{}", self.variables);
        let ty = ["", ": Small"][self.random.below(2)];
        let next = [format!("{k} + 1"), format!("{k} - 1"), "n".to_owned(), "2".to_owned()];
        let next = &next[self.random.below(4)];
        _ = writeln!(self.out, "var {k}{ty} = {count}\nloop max {count} {{");
        self.braced(&format!("for _ in 1..{k}"), depth);
        _ = writeln!(self.out, "{k} = {next}\n}} else {{}}");
        if self.random.chance(2) {
            self.braced(&format!("for _ in 1..{k}"), depth);
        }
    }

    /// A stage that hands over to itself.
    fn stage(&mut self) {
        let begin = ["n", "1", "3"][self.random.below(3)];
        let again = ["m + 1", "m - 1", "m", "2", "n"][self.random.below(5)];
        _ = writeln!(self.out, "handoff work({begin})\nstage work(m: int) max 3 {{");
        self.braced("for _ in 1..m", 1);
        _ = writeln!(self.out, "if m > {} {{ return }}\nhandoff work({again})\n}}", self.random.below(4));
    }

    fn braced(&mut self, head: &str, depth: usize) {
        _ = writeln!(self.out, "{head} {{");
        self.steps(depth - 1);
        self.out.push_str("}\n");
    }
}

fn timed(random: &mut Random) -> String {
    let mut maker = Maker { random, flow: 0, variables: 0, out: String::new() };
    maker.out.push_str("type Small = int where it in 0..3\n");
    maker.out.push_str("agent quiet() { prompt: \"x\", timeout: 1m, cost: $1 }\n");
    for flow in 0..FLOWS {
        maker.flow = flow;
        match maker.random.below(6) {
            0 => {
                let time = maker.time();
                _ = writeln!(maker.out, "@budget(time: {time})");
            }
            1 => _ = writeln!(maker.out, "@budget(turns: {})", maker.random.below(3) + 1),
            _ => {}
        }
        _ = writeln!(maker.out, "flow f{flow}(n: int) {{");
        maker.steps(2);
        if maker.random.chance(3) {
            maker.stage();
        }
        maker.out.push_str("}\n");
    }
    _ = writeln!(maker.out, "test \"it\" {{\nstub quiet = || none\nf{}(2)\n}}", FLOWS - 1);
    maker.out
}

#[test]
fn what_takes_time_takes_what_its_bounds_say() {
    let first = setting("FLOW_FUZZ_SEED").unwrap_or(1);
    let (mut ran, cases) = (0, setting("FLOW_FUZZ_CASES").unwrap_or(150));
    for seed in first..first + cases {
        let text = timed(&mut Random::new(seed));
        let program = Program::new(&[("main.flow", &text)]);
        let errors = program.errors();
        // A budget below the least is made now and then, and is refused.
        if !errors.is_empty() && errors.iter().all(|error| error.contains("E0515")) {
            continue;
        }
        ran += 1;
        let kept = if errors.is_empty() { keeps_its_promises(&program) } else { Err(errors.join("\n")) };
        if let Err(why) = kept {
            panic!("{why}\nwith FLOW_FUZZ_SEED={seed} FLOW_FUZZ_CASES=1, for this program:\n{text}");
        }
    }
    assert!(ran * 2 > cases, "{ran}");
}
