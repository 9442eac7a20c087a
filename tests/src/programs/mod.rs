//! Random programs that are right as far as syntax goes, made from a row of choices: the same choices, the same program.
//! When the choices run out, the simplest thing is taken, so that shorter rows give smaller programs.

mod choices;
mod expressions;
mod statements;
mod typed;

pub use typed::typed;

use choices::Choices;

/// A program, right in every way, in which each thing that a document can hold stands once or nearly so. What a test adds of
/// its own is written behind it.
pub const EVERYTHING: &str = include_str!("everything.flow");

/// A program that the parser has nothing to say against. It makes no sense otherwise.
pub fn program(choices: &[u8]) -> String {
    let mut maker = Maker { choices: Choices::of(choices), out: String::new(), indent: 0 };
    if maker.choices.chance(4) {
        maker.out.push_str("//! A module.\n//! Of no use.\n\n");
    }
    maker.imports();
    for _ in 0..=maker.choices.pick(6) {
        maker.item();
        maker.newlines();
    }
    maker.out
}

/// Deeper expressions are names.
const MAX_DEPTH: usize = 4;

const NAMES: [&str; 12] = [
    "x",
    "it",
    "poem",
    "files",
    "findings",
    "reviewer",
    "changed_files",
    "a_rather_long_name_of_a_value",
    "summary",
    "attempt",
    "test_suite",
    "n",
];
const TYPES: [&str; 8] =
    ["Plan", "Review", "Accept", "Finding", "T", "Severity", "SomethingWithALongName", "Low"];
const KEYS: [&str; 10] =
    ["title", "type", "for", "max", "timeout", "a", "in", "reason", "a_longer_field_name", "with"];

struct Maker<'c> {
    choices: Choices<'c>,
    out: String,
    indent: usize,
}

impl Maker<'_> {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn name(&mut self) {
        let name = self.choices.one(&NAMES);
        self.push(name);
    }

    fn type_name(&mut self) {
        let name = self.choices.one(&TYPES);
        self.push(name);
    }

    fn key(&mut self) {
        let key = self.choices.one(&KEYS);
        self.push(key);
    }

    /// Ends a line, and sometimes leaves some blank.
    fn newlines(&mut self) {
        let count = 1 + self.choices.pick(8).saturating_sub(5);
        (0..count).for_each(|_| self.push("\n"));
        let indent = self.indent;
        self.push(&" ".repeat(indent));
    }

    /// Goes to the next line.
    fn line(&mut self) {
        let indent = self.indent;
        self.push("\n");
        self.push(&" ".repeat(indent));
    }

    /// Entries with commas between them, and perhaps one behind the last.
    fn commas(&mut self, least: usize, most: usize, mut entry: impl FnMut(&mut Self)) {
        let count = least + self.choices.pick(most - least + 1);
        for index in 0..count {
            if index > 0 {
                self.push(", ");
            }
            entry(self);
        }
        if count > 0 && self.choices.chance(5) {
            self.push(",");
        }
    }

    /// Braces and entries, with commas or lines between them.
    fn entries(&mut self, least: usize, most: usize, mut entry: impl FnMut(&mut Self)) {
        let count = least + self.choices.pick(most - least + 1);
        let lines = self.choices.chance(2);
        self.push("{");
        self.indent += 2;
        for index in 0..count {
            match (lines, index) {
                (true, _) => self.newlines(),
                (false, 0) => self.push(" "),
                (false, _) => self.push(", "),
            }
            entry(self);
        }
        self.indent -= 2;
        if lines {
            self.line();
        } else {
            self.push(" ");
        }
        self.push("}");
    }

    fn docs(&mut self) {
        if self.choices.chance(5) {
            let text =
                self.choices.one(&["/// What this is.", "///", "///Two lines.  ", "/// $NAME and `code`"]);
            self.push(text);
            self.line();
        }
    }

    fn attr(&mut self, own_line: bool) {
        self.push("@");
        let name = self.choices.one(&["fresh", "code", "budget", "on"]);
        self.push(name);
        if self.choices.chance(2) {
            self.args(2);
        }
        if own_line { self.line() } else { self.push(" ") }
    }

    // items

    fn imports(&mut self) {
        for _ in 0..self.choices.pick(4) {
            self.push("import ");
            let path = self.choices.one(&[
                "std/review",
                "./shared/tickets",
                "../a",
                "./b",
                "std/text",
                "../../up/there",
            ]);
            self.push(path);
            match self.choices.pick(3) {
                0 => {
                    self.push(".{");
                    self.commas(1, 5, |m| if m.choices.chance(2) { m.name() } else { m.type_name() });
                    self.push("}");
                }
                1 => {
                    self.push(" as ");
                    self.name();
                }
                _ => {}
            }
            self.newlines();
        }
    }

    fn item(&mut self) {
        self.docs();
        if self.choices.chance(5) {
            self.attr(true);
        }
        match self.choices.pick(11) {
            0 => self.flow("flow"),
            1 => self.record(),
            2 => self.union(),
            3 => self.refinement(),
            4 => self.doer(),
            5 => self.function(),
            6 => self.flow("tool"),
            7 => {
                self.push("test \"a sentence\" ");
                self.block(0);
            }
            8 => self.push("secret GITHUB_TOKEN"),
            9 => {
                self.push("const PASS_MARK");
                self.annotation();
                self.push(" = ");
                self.expr(1);
            }
            _ => self.flow("flow"),
        }
    }

    fn record(&mut self) {
        self.push("type ");
        self.type_name();
        self.type_params();
        self.push(" ");
        self.entries(0, 4, Self::field);
    }

    fn union(&mut self) {
        self.push("type ");
        self.type_name();
        self.type_params();
        let lines = self.choices.chance(2);
        if lines {
            self.line();
        }
        self.push(" = ");
        if self.choices.chance(4) {
            self.docs();
            self.push("| ");
        }
        let count = 1 + self.choices.pick(4);
        for index in 0..count {
            if index > 0 {
                if lines {
                    self.line();
                    self.docs();
                } else {
                    self.push(" ");
                }
                self.push("| ");
            }
            self.type_name();
            if self.choices.chance(2) {
                self.push("(");
                self.commas(0, 3, Self::field);
                self.push(")");
            }
        }
        if self.choices.chance(4) {
            self.push(" where ");
            self.condition(2);
        }
    }

    fn refinement(&mut self) {
        self.push("type ");
        self.type_name();
        self.push(" = ");
        self.ty(1);
        if self.choices.chance(2) {
            self.push(" where ");
            self.condition(1);
        }
    }

    fn doer(&mut self) {
        let kind = self.choices.one(&["agent ", "command ", "human "]);
        self.push(kind);
        self.signature();
        self.push(" ");
        self.entries(0, 5, |m| m.setting(1));
    }

    fn function(&mut self) {
        self.push("fn ");
        self.signature();
        self.push(" ");
        self.block(1);
    }

    fn flow(&mut self, kind: &str) {
        self.push(kind);
        self.push(" ");
        self.signature();
        if self.choices.chance(5) {
            self.push(" emits ");
            self.ty(1);
        }
        self.push(" ");
        self.block(0);
    }

    fn signature(&mut self) {
        self.name();
        self.type_params();
        self.push("(");
        self.commas(0, 4, Self::param);
        self.push(")");
        if self.choices.chance(2) {
            self.push(" -> ");
            self.ty(1);
        }
    }

    fn type_params(&mut self) {
        if self.choices.chance(5) {
            self.push("<");
            self.commas(1, 2, Self::type_name);
            self.push(">");
        }
    }

    fn param(&mut self) {
        self.named(Self::name);
        if self.choices.chance(4) {
            self.push(" = ");
            self.expr(2);
        }
    }

    fn field(&mut self) {
        self.named(Self::key);
        if self.choices.chance(4) {
            self.push(" where ");
            self.condition(3);
        }
        if self.choices.chance(4) {
            self.push(" = ");
            self.expr(3);
        }
    }

    fn named(&mut self, name: fn(&mut Self)) {
        self.docs();
        if self.choices.chance(8) {
            self.attr(false);
        }
        name(self);
        self.push(": ");
        self.ty(1);
    }

    fn setting(&mut self, depth: usize) {
        self.docs();
        self.key();
        self.push(": ");
        self.expr(depth);
    }

    fn annotation(&mut self) {
        if self.choices.chance(3) {
            self.push(": ");
            self.ty(1);
        }
    }

    fn ty(&mut self, depth: usize) {
        if depth > MAX_DEPTH {
            return self.push("int");
        }
        match self.choices.pick(9) {
            0 => self.push("string"),
            1 => self.type_name(),
            2 => {
                self.push("[");
                self.ty(depth + 1);
                self.push("]");
            }
            3 => {
                self.push("{");
                self.ty(depth + 1);
                self.push(": ");
                self.ty(depth + 1);
                self.push("}");
            }
            4 => self.push("checks.Plan"),
            5 => self.push("file(\"src/**/*.rs\")"),
            6 => {
                self.type_name();
                self.push("<");
                self.commas(1, 2, |m| m.ty(depth + 1));
                self.push(">");
            }
            7 => self.push("none"),
            _ => self.push("duration?"),
        }
    }
}
