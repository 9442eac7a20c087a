//! Expressions, patterns and strings.

use super::{MAX_DEPTH, Maker};

/// Pieces of strings.
const WORDS: [&str; 6] = ["plain", "two words", "with \\\"quotes\\\"", "100 %", "", "naïve – ünïcode …"];

impl Maker<'_> {
    pub(super) fn expr(&mut self, depth: usize) {
        if depth >= MAX_DEPTH {
            return self.name();
        }
        match self.choices.pick(8) {
            0 => self.primary(depth),
            1 | 2 => self.condition(depth),
            3 => {
                self.postfix(depth + 1);
                for _ in 0..=self.choices.pick(2) {
                    let binder = self.choices.one(&[" catch e ", " catch _ ", " catch failure "]);
                    self.push(binder);
                    self.block(depth + 1);
                }
            }
            4 => {
                self.postfix(depth + 1);
                self.push(" ?? ");
                self.leaving(depth + 1);
            }
            _ => self.postfix(depth),
        }
    }

    pub(super) fn leaving(&mut self, depth: usize) {
        match self.choices.pick(8) {
            0 => self.push("continue"),
            1 => {
                let word = self.choices.one(&["return ", "done ", "break ", "fail ", "blocked "]);
                self.push(word);
                self.expr(depth + 1);
            }
            2 => {
                let word = self.choices.one(&["return", "done", "break"]);
                self.push(word);
            }
            3 => {
                self.push("fail ");
                self.string(depth + 1);
            }
            _ => {
                self.push("handoff ");
                self.name();
                self.args(depth + 1);
            }
        }
    }

    /// Operations of every level.
    pub(super) fn condition(&mut self, depth: usize) {
        for index in 0..=self.choices.pick(4) {
            if index > 0 {
                let op = self.choices.one(&[" and ", " or ", " ?? "]);
                self.push(op);
            }
            if self.choices.chance(5) {
                self.push("not ");
            }
            self.arithmetic(depth + 1);
            match self.choices.pick(5) {
                3 => {
                    let op = self
                        .choices
                        .one(&[" == ", " != ", " < ", " <= ", " > ", " >= ", " in ", "..", " .. "]);
                    self.push(op);
                    self.arithmetic(depth + 1);
                }
                4 => {
                    self.push(" is ");
                    self.pattern(depth + 1);
                }
                _ => {}
            }
        }
    }

    pub(super) fn arithmetic(&mut self, depth: usize) {
        for index in 0..=self.choices.pick(6).saturating_sub(2) {
            if index > 0 {
                let op = self.choices.one(&[" + ", " - ", " * ", " / ", " % "]);
                self.push(op);
            }
            match self.choices.pick(8) {
                6 => self.push("-"),
                7 => {
                    let word = self.choices.one(&["spawn ", "open "]);
                    self.push(word);
                }
                _ => {}
            }
            self.postfix(depth + 1);
        }
    }

    pub(super) fn postfix(&mut self, depth: usize) {
        self.primary(depth);
        for _ in 0..self.choices.pick(7).saturating_sub(2) {
            match self.choices.pick(10) {
                0..=3 => {
                    let dot = self.choices.one(&[".", ".", "?."]);
                    self.push(dot);
                    self.key();
                    self.args(depth + 1);
                }
                4 | 5 => {
                    self.push(".");
                    self.key();
                }
                6 => self.args(depth + 1),
                7 => {
                    self.push("[");
                    self.expr(depth + 1);
                    self.push("]");
                }
                8 => {
                    self.push(".{");
                    self.commas(1, 3, Self::name);
                    self.push("}");
                }
                _ => {
                    self.push(" with ");
                    self.entries(0, 3, |m| m.setting(depth + 1));
                }
            }
        }
    }

    pub(super) fn args(&mut self, depth: usize) {
        self.push("(");
        self.commas(0, 4, |m| match m.choices.pick(6) {
            0 => m.name(),
            1 | 2 => {
                m.key();
                m.push(": ");
                m.expr(depth + 1);
            }
            3 => {
                let params = m.choices.one(&["|x| ", "|a, b| ", "|_| ", "|| ", "|a,| "]);
                m.push(params);
                m.expr(depth + 1);
            }
            _ => m.expr(depth + 1),
        });
        self.push(")");
    }

    pub(super) fn primary(&mut self, depth: usize) {
        if depth >= MAX_DEPTH {
            return self.name();
        }
        match self.choices.pick(22) {
            0..=3 => self.name(),
            4 => self.type_name(),
            5 | 6 => {
                let literal =
                    self.choices.one(&["12", "1_000", "0.5", "15m", "$2.50", "true", "none", "[:]"]);
                self.push(literal);
            }
            7 | 8 => self.string(depth),
            9 => {
                self.push("[");
                self.commas(0, 5, |m| m.expr(depth + 1));
                self.push("]");
            }
            10 => {
                self.push("[");
                self.commas(1, 3, |m| {
                    m.string(depth + 1);
                    m.push(": ");
                    m.expr(depth + 1);
                });
                self.push("]");
            }
            11 => {
                self.push("(");
                self.expr(depth + 1);
                self.push(")");
            }
            12 | 13 => self.branches(depth),
            14 | 15 => {
                self.push("match ");
                self.condition(depth + 1);
                self.push(" ");
                self.entries(1, 4, |m| m.arm(depth + 1));
            }
            16 => {
                self.push("loop ");
                if self.choices.chance(2) {
                    self.push("max ");
                    self.arithmetic(depth + 1);
                    self.push(" ");
                }
                self.block(depth + 1);
                if self.choices.chance(2) {
                    self.push(" else ");
                    self.block(depth + 1);
                }
            }
            17 => {
                let head = self.choices.one(&["for ", "parallel for "]);
                self.push(head);
                self.pattern(depth + 1);
                self.push(" in ");
                self.condition(depth + 1);
                if head.starts_with('p') && self.choices.chance(2) {
                    self.push(" max 8");
                }
                self.push(" ");
                self.block(depth + 1);
            }
            18 => {
                self.push("parallel ");
                self.entries(1, 4, |m| {
                    m.key();
                    m.push(": ");
                    m.expr(depth + 1);
                });
            }
            19 => {
                self.push("race ");
                self.entries(1, 3, |m| {
                    m.pattern(depth + 2);
                    m.push(" = ");
                    m.expr(depth + 1);
                    m.push(" => ");
                    m.expr(depth + 1);
                });
            }
            _ => {
                self.type_name();
                self.args(depth + 1);
            }
        }
    }

    pub(super) fn branches(&mut self, depth: usize) {
        self.push("if ");
        self.condition(depth + 1);
        self.push(" ");
        self.block(depth + 1);
        match self.choices.pick(4) {
            1 => {
                self.push(" else ");
                self.block(depth + 1);
            }
            2 => {
                self.push(" else ");
                self.branches(depth + 1);
            }
            3 => {
                self.line();
                self.push("else ");
                self.block(depth + 1);
            }
            _ => {}
        }
    }

    pub(super) fn arm(&mut self, depth: usize) {
        self.pattern(depth);
        if self.choices.chance(4) {
            self.push(" if ");
            self.condition(depth + 1);
        }
        self.push(" => ");
        match self.choices.pick(4) {
            2 => self.block(depth + 1),
            3 => self.leaving(depth + 1),
            _ => self.expr(depth + 1),
        }
    }

    pub(super) fn pattern(&mut self, depth: usize) {
        if depth > MAX_DEPTH {
            return self.push("_");
        }
        match self.choices.pick(10) {
            0 | 1 => self.name(),
            2 => self.push("_"),
            3 => {
                let literal = self.choices.one(&["12", "-1", "true", "none", "\"text\""]);
                self.push(literal);
            }
            4 => self.type_name(),
            5 => self.push("Verdict.Accept"),
            6 => {
                self.push("{ ");
                self.commas(1, 3, Self::name);
                self.push(" }");
            }
            7 => {
                self.type_name();
                self.push(" | ");
                self.type_name();
            }
            _ => {
                self.type_name();
                self.push("(");
                self.commas(0, 3, |m| match m.choices.pick(4) {
                    0 | 1 => m.name(),
                    2 => {
                        m.key();
                        m.push(": ");
                        m.pattern(depth + 1);
                    }
                    _ => m.push(".."),
                });
                self.push(")");
            }
        }
    }

    pub(super) fn string(&mut self, depth: usize) {
        if self.choices.pick(6) == 5 && depth < MAX_DEPTH {
            return self.block_string(depth);
        }
        self.push("\"");
        self.words(depth);
        self.push("\"");
    }

    /// Text and holes, on one line.
    pub(super) fn words(&mut self, depth: usize) {
        for _ in 0..=self.choices.pick(3) {
            let words = self.choices.one(&WORDS);
            self.push(words);
            if self.choices.chance(3) && depth < MAX_DEPTH {
                self.push(" ${");
                self.name();
                if self.choices.chance(2) {
                    self.push(".join(\", \")");
                }
                self.push("} ");
            }
        }
    }

    pub(super) fn block_string(&mut self, depth: usize) {
        let indentation = " ".repeat(self.choices.pick(7));
        self.push("\"\"\"");
        if self.choices.chance(6) {
            self.words(depth);
        }
        for _ in 0..=self.choices.pick(4) {
            self.push("\n");
            if self.choices.chance(4) {
                continue;
            }
            self.push(&indentation);
            let more = self.choices.one(&["", "", "  ", "\t", "      "]);
            self.push(more);
            self.words(depth);
        }
        self.push("\n");
        let closing = self.choices.one(&["", "", "  "]);
        self.push(&indentation);
        self.push(closing);
        if self.choices.chance(6) {
            self.words(depth);
        }
        self.push("\"\"\"");
    }
}
